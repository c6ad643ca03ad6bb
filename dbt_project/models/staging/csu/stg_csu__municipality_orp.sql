-- One row per municipality and edition of the link 43–65
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    {{ stated_code("orp_code", "orp_name") }} as orp_code,
    {{ stated_name("orp_code", "orp_name") }} as orp_name
from {{ source("raw", "csu__municipality_orp") }}
