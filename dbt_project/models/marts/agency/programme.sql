-- One row per programme or instrument that cooperation is carried out with
select programme_id, abbreviation, name_cs, name_en, kind, document_id
from {{ ref("agency_programme") }}
where world = '{{ world() }}'
