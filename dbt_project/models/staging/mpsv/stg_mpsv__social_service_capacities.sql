-- One row per capacity of a form of a social service and edition of the register
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, _edition)") }} as reference_date,
    service_id,
    split_part(form, '/', 2) as form,
    split_part(capacity_kind, '/', 2) as capacity_unit,
    cast(capacity as decimal(18, 2)) as capacity
from {{ source("raw", "mpsv__social_service_capacities") }}
