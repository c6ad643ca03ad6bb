-- One row per ORP district and edition of the code list CIS0065
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    code as orp_code,
    name as orp_name,
    ruian_code,
    {{ parse_date("valid_from") }} as valid_from,
    {{ parse_open_end("valid_to") }} as valid_to
from {{ source("raw", "csu__orps") }}
