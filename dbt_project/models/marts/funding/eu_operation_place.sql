-- One row per EU operation, basis of place and place
select
    funding_period,
    project_number,
    project_name,
    programme_code,
    state_name,
    theme,
    amount_status,
    place_basis,
    place_level,
    place_code,
    allocation_method,
    cast(places as bigint) as places_of_operation,
    eligible_parts / 100.0e0 as eligible_cost_czk,
    eu_parts / 100.0e0 as eu_contribution_czk,
    reference_date,
    source_dataset,
    source_edition
from {{ ref("int_eu_operation_place") }}
