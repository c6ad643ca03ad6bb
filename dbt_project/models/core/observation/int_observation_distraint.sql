-- One row per municipality, series and period of persons in distraint beside the index workbook
select
    figures.municipality_code,
    figures.municipality_name,
    cast(null as varchar) as country_code,
    'distraint' as indicator_id,
    figures.series_id,
    figures.period,
    figures.reference_date,
    figures.source_dataset,
    figures.source_edition,
    case when doubts.reason is null then figures.persons end as numerator_parts,
    1 as parts_per_unit,
    -- Where the count cannot be used, its base would falsify the areas' shares.
    case
        when doubts.reason is null and figures.persons is not null then figures.population_15plus
    end as denominator,
    case
        when doubts.reason is not null
        then doubts.reason
        when figures.persons is null
        then 'missing'
        else 'observed'
    end as observation_status
from {{ ref("int_distraint_figure") }} as figures
left join
    {{ ref("int_distraint_doubt") }} as doubts
    on figures.municipality_code = doubts.municipality_code
    and figures.series_id = doubts.series_id
    and figures.period = doubts.period
where figures.is_checked
