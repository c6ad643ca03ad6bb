-- One row per municipality and day on which a part came to it or left it
select predecessor_code as municipality_code, effective_date
from {{ ref("int_territory_succession") }}
union
select successor_code as municipality_code, effective_date
from {{ ref("int_territory_succession") }}
