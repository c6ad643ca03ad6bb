-- One row per framework of cooperation and programme or instrument that it uses
select framework_id, programme_id, call_number, document_id
from {{ ref("agency_cooperation_programme") }}
where world = '{{ world() }}'
