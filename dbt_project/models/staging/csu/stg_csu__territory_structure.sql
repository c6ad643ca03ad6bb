-- One row per municipality and 1 January of the structure workbook
select
    _edition as edition,
    -- Each sheet is named by its date.
    {{ parse_date("_sheet") }} as snapshot_date,
    municipality_code,
    municipality_name,
    municipality_status,
    {{ stated_code("pou_code", "pou_name") }} as pou_code,
    {{ stated_name("pou_code", "pou_name") }} as pou_name,
    {{ stated_code("orp_code", "orp_name") }} as orp_code,
    {{ stated_name("orp_code", "orp_name") }} as orp_name,
    district_lau as district_code,
    district_name,
    region_nuts as region_code,
    region_name
from {{ source("raw", "csu__territory_structure") }}
