-- One row per municipality or town part with persons under temporary protection, and day
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    municipality_part,
    municipality_code is null and municipality_name is null as is_place_unknown,
    cast(persons as bigint) as persons
from {{ source("raw", "mvcr__temporary_protection") }}
