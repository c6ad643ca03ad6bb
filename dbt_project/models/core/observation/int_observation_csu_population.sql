-- One row per municipality and 1 January of publication 130072
select
    municipality_code,
    municipality_name,
    -- The country's code is what its districts' LAU codes begin with.
    substr(district_code, 1, 2) as country_code,
    -- And its first five letters are the region's; needed before the ledger begins.
    substr(district_code, 1, 5) as region_code,
    'population' as indicator_id,
    'csu__population/population' as series_id,
    cast(reference_date as varchar) as period,
    reference_date,
    'csu__population' as source_dataset,
    edition as source_edition,
    population as numerator_parts,
    1 as parts_per_unit,
    cast(null as bigint) as denominator,
    case when population is null then 'missing' else 'observed' end as observation_status
from {{ ref("stg_csu__population") }}
