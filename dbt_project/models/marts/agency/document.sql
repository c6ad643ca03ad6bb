-- One row per document that a statement on the Agency's work comes from
select document_id, title_cs, title_en, publisher, issued_on, kind, address, known_from
from {{ ref("agency_document") }}
where world = '{{ world() }}'
