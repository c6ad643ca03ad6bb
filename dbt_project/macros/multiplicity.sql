{#-
    P-values adjusted after Benjamini and Hochberg (1995) within a partition: the smallest of p times
    number over rank from each p upwards. A sub-query over a relation with the column p_value; equal
    p-values share the highest of their ranks.
-#}
{% macro adjusted_p_values(relation, partition) %}
    select
        *,
        min(least(p_value / rank_share, 1e0)) over (
            partition by {{ partition }}
            order by p_value desc
            range between unbounded preceding and current row
        ) as adjusted_p_value
    from
        (
            select *, cume_dist() over (partition by {{ partition }} order by p_value) as rank_share
            from {{ relation }}
        ) as ranked
{% endmacro %}
