-- One row per municipality and 31 December of the data for planning analyses
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    trim(municipality_name) as municipality_name,
    region_nuts as region_code,
    cast(population as bigint) as population,
    cast(population_under_15 as bigint) as population_under_15,
    cast(population_65plus as bigint) as population_65_plus,
    cast(live_births as bigint) as live_births,
    cast(deaths as bigint) as deaths,
    cast(immigrants as bigint) as immigrants,
    cast(emigrants as bigint) as emigrants,
    -- 2007 leaves it empty where none was completed; later years write 0.
    coalesce(cast(dwellings_completed as bigint), 0) as dwellings_completed,
    cast(jobseekers_graduates as bigint) as jobseekers_graduates,
    cast(jobseekers as bigint) as jobseekers,
    cast(jobseekers_over_12_months as bigint) as jobseekers_over_12_months,
    cast(population_15_64 as bigint) as population_15_64,
    cast(area_ha as double) as area_ha
from {{ source("raw", "csu__planning_data") }}
