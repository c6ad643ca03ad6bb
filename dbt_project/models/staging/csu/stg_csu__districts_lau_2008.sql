-- One row per district of the list of LAU 1 codes valid from 2008
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    district_lau as district_code,
    district_name
from {{ source("raw", "csu__districts_lau_2008") }}
