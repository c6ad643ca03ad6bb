-- One row per aim and indicator that speaks of it, or per aim of which none does
select aim_id, indicator_id, coverage, note_cs, note_en
from {{ ref("agency_aim_indicator") }}
where world = '{{ world() }}'
