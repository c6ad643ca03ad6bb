-- One row per municipality and 31 December of the data for planning analyses
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    trim(municipality_name) as municipality_name,
    region_nuts as region_code,
    cast(jobseekers as bigint) as jobseekers,
    cast(jobseekers_over_12_months as bigint) as jobseekers_over_12_months,
    cast(population_15_64 as bigint) as population_15_64,
    cast(area_ha as double) as area_ha
from {{ source("raw", "csu__planning_data") }}
