-- One row per municipality, edition of MOS and interval of years with the same name and areas
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    cast(valid_from_year as integer) as valid_from_year,
    -- The last year in which it existed in this state, also for a part of the year.
    nullif(cast(valid_to_year as integer), 9999) as valid_to_year,
    district_name,
    orp_name
from {{ source("raw", "csu__mos_territories") }}
