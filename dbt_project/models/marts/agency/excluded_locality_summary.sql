-- One row per municipality, period and document: how many excluded localities it states
select municipality_code, period, localities, persons_from, persons_to, document_id
from {{ ref("agency_excluded_locality_summary") }}
where world = '{{ world() }}'
