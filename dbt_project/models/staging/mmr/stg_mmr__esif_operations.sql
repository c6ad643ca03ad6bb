-- One row per project and edition of the list of operations 2014–2020 as of 2016
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    project_number,
    project_name,
    programme_code,
    state_name,
    cast(eligible_cost_czk as decimal(18, 2)) as eligible_cost_czk,
    cast(eu_contribution_czk as decimal(18, 2)) as eu_contribution_czk
from {{ source("raw", "mmr__esif_operations") }}
