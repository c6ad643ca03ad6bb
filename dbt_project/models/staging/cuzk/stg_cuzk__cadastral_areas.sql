-- One row per cadastral area and edition of the list of cadastral areas
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    cadastral_area_code,
    cadastral_area_name,
    municipality_code,
    municipality_name
from {{ source("raw", "cuzk__cadastral_areas") }}
