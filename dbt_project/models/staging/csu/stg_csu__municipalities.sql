-- One row per municipality and edition of the code list CIS0043
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    code as municipality_code,
    name as municipality_name,
    {{ parse_date("valid_from") }} as valid_from,
    {{ parse_open_end("valid_to") }} as valid_to
from {{ source("raw", "csu__municipalities") }}
