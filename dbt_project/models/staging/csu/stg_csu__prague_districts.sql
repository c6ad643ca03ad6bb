-- One row per administrative district of the capital and edition of the code list CIS0072
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    code as prague_district_code,
    name as prague_district_name,
    ruian_code,
    {{ parse_date("valid_from") }} as valid_from,
    {{ parse_open_end("valid_to") }} as valid_to
from {{ source("raw", "csu__prague_districts") }}
