-- One row per social service, unit of capacity and municipality with one of its facilities
select
    capacities.edition,
    capacities.reference_date,
    capacities.service_id,
    capacities.service_kind,
    capacities.capacity_unit,
    capacities.place_status,
    facilities.municipality_code,
    count(*) as facilities,
    case
        when capacities.place_status = 'placed' then min(capacities.capacity)
    end as placed_capacity
from {{ ref("int_social_service_capacity") }} as capacities
inner join
    {{ ref("int_social_service_facility") }} as facilities
    on capacities.service_id = facilities.service_id
    and capacities.edition = facilities.edition
where facilities.municipality_code is not null
group by
    capacities.edition,
    capacities.reference_date,
    capacities.service_id,
    capacities.service_kind,
    capacities.capacity_unit,
    capacities.place_status,
    facilities.municipality_code
