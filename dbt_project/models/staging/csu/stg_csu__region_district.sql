-- One row per district and edition of the link 100–101
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    region_code as cis100_code,
    region_name,
    district_code as cis101_code,
    district_name
from {{ source("raw", "csu__region_district") }}
