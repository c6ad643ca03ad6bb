-- One row per municipality with a case and snapshot of the Chamber's open data
select
    _edition as edition,
    -- The file has no date; an edition kept by hand is named by the day on which it was kept.
    coalesce({{ parse_date("_reference_date") }}, {{ parse_date("_edition") }}) as reference_date,
    municipality_code,
    municipality_name,
    cast(persons_in_distraint as bigint) as persons,
    cast(distraint_proceedings as bigint) as proceedings
from {{ source("raw", "ekcr__distraint_by_municipality") }}
