-- One row per predecessor, successor and day: who took over a municipality or a part of it
select
    predecessor_code,
    successor_code,
    effective_date,
    kind,
    status = 'verified' as is_verified,
    source_dataset,
    source_cs,
    source_en
from {{ ref("territory_succession") }}
where world = '{{ world() }}'
