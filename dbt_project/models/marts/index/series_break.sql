-- One row per indicator and window across which no difference is taken
select
    series_id,
    indicator_id,
    from_period,
    to_period,
    part_affected,
    reason_cs,
    reason_en,
    source,
    is_verified
from {{ ref("series_break_window") }}
where world = '{{ world() }}'
