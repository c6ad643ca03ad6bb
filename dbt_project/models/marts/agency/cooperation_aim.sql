-- One row per aim, theme or priority of a cooperation
select aim_id, cooperation_id, theme_id, kind, aim_cs, aim_en, document_id
from {{ ref("agency_cooperation_aim") }}
where world = '{{ world() }}'
