-- One row per indicator and window across which no difference is taken
select
    concat('asz__social_exclusion_index/', indicator_id) as series_id,
    indicator_id,
    cast(from_period as varchar) as from_period,
    cast(to_period as varchar) as to_period,
    part_affected,
    reason_cs,
    reason_en
from {{ ref("series_break_window") }}
where world = '{{ world() }}'
