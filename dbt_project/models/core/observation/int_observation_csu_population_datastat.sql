-- One row per municipality and 1 January of DataStat
with
    -- One file speaks of several years; of several files the latest that speaks of a year counts.
    latest as (
        select
            reference_date,
            max_by(edition, {{ ordered_pair("edition_date", "edition") }}) as edition
        from {{ ref("stg_csu__population_datastat") }}
        group by reference_date
    )

select
    figures.municipality_code,
    figures.municipality_name,
    cast(null as varchar) as country_code,
    'population' as indicator_id,
    'csu__population_datastat/population' as series_id,
    cast(figures.reference_date as varchar) as period,
    figures.reference_date,
    'csu__population_datastat' as source_dataset,
    figures.edition as source_edition,
    figures.population as numerator_parts,
    1 as parts_per_unit,
    cast(null as bigint) as denominator,
    case when figures.population is null then 'missing' else 'observed' end as observation_status
from {{ ref("stg_csu__population_datastat") }} as figures
inner join
    latest on figures.reference_date = latest.reference_date and figures.edition = latest.edition
