-- One row per fact on a partnership as a whole
select fact_id, framework_id, partner_id, kind, fact_cs, fact_en, value, unit, period, document_id
from {{ ref("agency_partnership_fact") }}
where world = '{{ world() }}'
