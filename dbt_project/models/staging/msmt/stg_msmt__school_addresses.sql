-- One row per school organisation and edition of the list of addresses of schools
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    organisation_red_izo,
    organisation_name,
    municipality_code,
    -- In the capital the list has its ten former districts and, as ORP, its administrative
    -- districts.
    district_lau as msmt_district_code,
    district_name as msmt_district_name,
    orp_code as stated_orp_code,
    orp_name as stated_orp_name
from {{ source("raw", "msmt__school_addresses") }}
