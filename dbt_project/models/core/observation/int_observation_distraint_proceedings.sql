-- One row per municipality, series and period of distraint proceedings and the persons in distraint
with
    -- What cannot be used of the persons cannot be used of their proceedings: both are swapped.
    judged as (
        select
            figures.*,
            case
                when doubts.reason is not null
                then doubts.reason
                when figures.persons is null or figures.proceedings is null
                then 'missing'
                when figures.proceedings < figures.persons
                then 'fewer_than_persons'
                else 'observed'
            end as observation_status
        from {{ ref("int_distraint_figure") }} as figures
        left join
            {{ ref("int_distraint_doubt") }} as doubts
            on figures.municipality_code = doubts.municipality_code
            and figures.series_id = doubts.series_id
            and figures.period = doubts.period
        where figures.is_checked
    )

select
    'municipality' as territory_level,
    municipality_code as territory_code,
    municipality_name as territory_name,
    cast(null as varchar) as country_code,
    'distraint_proceedings' as indicator_id,
    'total' as dimension,
    concat(source_dataset, '/distraint_proceedings') as series_id,
    period,
    reference_date,
    source_dataset,
    source_edition,
    case when observation_status = 'observed' then proceedings end as numerator_parts,
    1 as parts_per_unit,
    case when observation_status = 'observed' then persons end as denominator,
    cast(null as double) as given_value,
    observation_status,
    cast(null as varchar) as source_quality
from judged
