-- One row per municipality, theme and sentence of a document
select
    evidence_id, municipality_code, theme_id, evidence_date, sentence_cs, sentence_en, document_id
from {{ ref("agency_local_evidence") }}
where world = '{{ world() }}'
