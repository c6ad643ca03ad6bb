-- One row per municipality and 1 January of publication 130072
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    district_lau as district_code,
    municipality_code,
    municipality_name,
    cast(population_total as bigint) as population,
    cast(population_men as bigint) as population_men,
    cast(population_women as bigint) as population_women,
    cast(mean_age_total_years as double) as mean_age_years,
    cast(mean_age_men_years as double) as mean_age_men_years,
    cast(mean_age_women_years as double) as mean_age_women_years
from {{ source("raw", "csu__population") }}
