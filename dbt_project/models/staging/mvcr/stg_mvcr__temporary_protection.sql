-- One row per municipality or town part with persons under temporary protection, and day
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    region_name,
    district_name,
    municipality_code,
    municipality_name,
    municipality_part,
    municipality_code is null and municipality_name is null as is_place_unknown,
    -- The first edition counts special permits, without codes, and bands its youngest under 6.
    men_under_6 is not null as is_special_permit,
    cast(persons as bigint) as persons
from {{ source("raw", "mvcr__temporary_protection") }}
