-- One row per row of a list of EU operations: of each period the best source at hand, its latest
-- edition
{% set lists = [
    ("2014-2020", 1, "mmr__esif_operations_2014_2020", true),
    ("2014-2020", 2, "mmr__esif_operations", false),
    ("2021-2027", 1, "mmr__esif_operations_2021_2027", true),
    ("2021-2027", 2, "mmr__ms2021_projects", false),
] %}
with
    listed as (
        {% for period, rank, dataset, has_places in lists %}
            select
                '{{ period }}' as funding_period,
                {{ rank }} as source_rank,
                '{{ dataset }}' as source_dataset,
                edition as source_edition,
                reference_date,
                project_number,
                project_name,
                programme_code,
                state_name,
                {% if has_places %}
                    region_nuts,
                    lpad(regexp_extract(intervention_code, '[0-9]+'), 3, '0') as intervention_code,
                {% else %}
                    cast(null as varchar) as region_nuts,
                    cast(null as varchar) as intervention_code,
                {% endif %}
                -- Hundredths of a crown, so that shares add up to the last one.
                cast(round(100 * eligible_cost_czk) as bigint) as eligible_parts,
                cast(round(100 * eu_contribution_czk) as bigint) as eu_parts
            from {{ ref("stg_" ~ dataset) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    ranked as (
        select
            listed.*,
            dense_rank() over (
                partition by funding_period
                order by source_rank, reference_date desc nulls last, source_edition desc
            ) as position
        from listed
    )

select *
from ranked
where position = 1
