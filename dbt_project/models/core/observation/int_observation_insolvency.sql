-- One row per municipality and year of persons in personal insolvency
with
    judged as (
        select
            *,
            case
                when persons is null or population_15plus is null
                then 'missing'
                when persons > population_15plus
                then 'exceeds_population'
                else 'observed'
            end as observation_status
        from {{ ref("stg_iprp__insolvency_map") }}
    )

select
    municipality_code,
    municipality_name,
    cast(null as varchar) as country_code,
    'insolvency' as indicator_id,
    'iprp__insolvency_map/insolvency' as series_id,
    cast(year as varchar) as period,
    cast(concat(year, '-12-31') as date) as reference_date,
    'iprp__insolvency_map' as source_dataset,
    edition as source_edition,
    case when observation_status = 'observed' then persons end as numerator_parts,
    1 as parts_per_unit,
    case when observation_status = 'observed' then population_15plus end as denominator,
    observation_status
from judged
