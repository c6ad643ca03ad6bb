{#-
    Functions over the published tables, for everybody who queries the published file. There the tables
    are found by their plain names; so they are named here, and a search path leads to them in the
    build, where a function is made once the table is there and waits to be shipped.
-#}
{% macro create_index_functions() %}
    {{ return(adapter.dispatch("create_index_functions")()) }}
{% endmacro %}

{% macro default__create_index_functions() %}
-- fmt: off
set search_path = 'main,marts';
-- The order of the municipalities under the reader's own weights of the five inputs: distraint,
-- housing allowance, subsistence allowance, long-term job-seekers, early leavers. Weighted points run
-- from 0 to 30 whatever the weights; with equal weights they are the index itself.
create or replace macro main.index_with_weights(w1, w2, w3, w4, w5) as table
    select
        *,
        rank() over (partition by year order by weighted_points desc) as weighted_rank,
        rank() over (partition by year order by index_points desc) as index_rank
    from (
        select
            municipality_code, municipality_name, year, index_points,
            5e0 * (
                w1 * distraint_points + w2 * housing_allowance_points
                + w3 * subsistence_allowance_points + w4 * long_term_jobseekers_points
                + w5 * early_leavers_points
            ) / nullif(cast(w1 + w2 + w3 + w4 + w5 as double), 0e0) as weighted_points
        from social_exclusion_index
        where index_points is not null
    ) as weighted;
reset search_path;
{% endmacro %}
