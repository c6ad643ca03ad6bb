-- One row per municipality or town part and edition, as the Ministry's workbooks name it
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    region_name,
    district_name,
    municipality_name,
    municipality_part,
    municipality_code,
    -- The first edition counts special permits and names its youngest band »under 6«.
    men_under_6 is not null as is_special_permit,
    cast(persons as bigint) as persons
from {{ source("raw", "mvcr__temporary_protection") }}
