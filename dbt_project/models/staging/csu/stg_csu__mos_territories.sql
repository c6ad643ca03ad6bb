-- One row per municipality and validity of municipal statistics, district and ORP by name
select
    _edition as edition,
    municipality_code,
    municipality_name,
    cast(valid_from_year as integer) as valid_from_year,
    nullif(cast(valid_to_year as integer), 9999) as valid_to_year,
    district_name,
    orp_name
from {{ source("raw", "csu__mos_territories") }}
