-- One row per project, public contract, place and intervention, and edition of the list of
-- operations 2021–2027
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, concat(_edition, '-01'))") }} as reference_date,
    project_number,
    project_name,
    programme_code,
    state_name,
    region_nuts,
    intervention_code,
    cast(eligible_cost_czk as decimal(18, 2)) as eligible_cost_czk,
    cast(eu_contribution_czk as decimal(18, 2)) as eu_contribution_czk
from {{ source("raw", "mmr__esif_operations_2021_2027") }}
