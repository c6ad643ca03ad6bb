-- One row per project and edition of the list of projects of MS2021+
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, _edition)") }} as reference_date,
    project_number,
    project_name,
    -- CZ.03.01.02/…: the programme stands in the number of its projects.
    split_part(project_number, '.', 2) as programme_code,
    state as state_name,
    applicant_municipality_code,
    cast(eligible_cost_czk as decimal(18, 2)) as eligible_cost_czk,
    cast(eu_contribution_czk as decimal(18, 2)) as eu_contribution_czk
from {{ source("raw", "mmr__ms2021_projects") }}
