-- One row per municipality by name and edition of the Chamber's extract without codes
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    -- The last row counts persons of no known municipality and says so three times.
    nullif(region_name, '(prázdné)') as region_name,
    nullif(district_name, '(prázdné)') as district_name,
    nullif(municipality_name, '(prázdné)') as municipality_name,
    cast(persons_in_distraint as bigint) as persons,
    cast(persons_with_10plus_proceedings as bigint) as persons_with_10plus_proceedings,
    cast(distraint_proceedings as bigint) as proceedings
from {{ source("raw", "ekcr__distraint_by_name") }}
