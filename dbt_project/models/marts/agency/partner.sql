-- One row per partner of the Agency's work, the Agency itself among them
select partner_id, name_cs, name_en, kind, document_id
from {{ ref("agency_partner") }}
where world = '{{ world() }}'
