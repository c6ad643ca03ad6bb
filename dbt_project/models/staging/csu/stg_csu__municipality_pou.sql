-- One row per municipality and edition of the link 43–61
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    {{ stated_code("pou_code", "pou_name") }} as pou_code,
    {{ stated_name("pou_code", "pou_name") }} as pou_name
from {{ source("raw", "csu__municipality_pou") }}
