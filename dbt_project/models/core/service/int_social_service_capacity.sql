-- One row per social service and unit of capacity; a service without a stated capacity has one row
with
    -- Clients of two forms are clients; clients and beds are never added.
    capacities as (
        select edition, service_id, capacity_unit, sum(capacity) as capacity
        from {{ ref("stg_mpsv__social_service_capacities") }}
        where capacity_unit is not null and capacity is not null
        group by edition, service_id, capacity_unit
    )

select
    services.edition,
    services.reference_date,
    services.service_id,
    services.service_kind,
    services.place_status,
    coalesce(capacities.capacity_unit, 'not_stated') as capacity_unit,
    capacities.capacity
from {{ ref("int_social_service") }} as services
left join
    capacities
    on services.service_id = capacities.service_id
    and services.edition = capacities.edition
