-- One row per municipality and edition of the link 43–101
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    district_code as cis101_code,
    district_name
from {{ source("raw", "csu__municipality_district") }}
