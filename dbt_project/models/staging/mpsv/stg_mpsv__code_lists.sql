-- One row per item of a code list of the ministry
select _edition as code_list, split_part(item_id, '/', 2) as item_code, name as item_name
from {{ source("raw", "mpsv__code_lists") }}
