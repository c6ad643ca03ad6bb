-- One row per kind of social service, unit of capacity, status of place and municipality
with
    placed as (
        select
            service_kind,
            capacity_unit,
            'placed' as place_status,
            municipality_code,
            count(*) as services,
            count(*) filter (where place_status = 'several_places') as services_of_several_places,
            sum(facilities) as facilities,
            sum(placed_capacity) as capacity
        from {{ ref("int_social_service_place") }}
        group by service_kind, capacity_unit, municipality_code
    ),

    unplaced as (
        select
            service_kind,
            capacity_unit,
            place_status,
            cast(null as varchar) as municipality_code,
            count(*) as services,
            count(*) filter (where place_status = 'several_places') as services_of_several_places,
            cast(null as bigint) as facilities,
            sum(capacity) as capacity
        from {{ ref("int_social_service_capacity") }}
        where place_status <> 'placed'
        group by service_kind, capacity_unit, place_status
    ),

    listed as (
        select *
        from placed
        union all
        select *
        from unplaced
    )

select
    listed.service_kind,
    offers.service_kind_name,
    listed.capacity_unit,
    listed.place_status,
    listed.municipality_code,
    territory.municipality_name,
    territory.orp_code,
    territory.district_code,
    territory.region_code,
    cast(listed.services as bigint) as services,
    cast(listed.services_of_several_places as bigint) as services_of_several_places,
    cast(listed.facilities as bigint) as facilities,
    cast(listed.capacity as double) as capacity,
    offers.reference_date,
    'mpsv__social_services' as source_dataset,
    offers.edition as source_edition
from listed
inner join
    {{ ref("int_service_offer") }} as offers
    on listed.service_kind is not distinct from offers.service_kind
    and listed.capacity_unit = offers.capacity_unit
left join
    {{ ref("int_current_municipality") }} as territory
    on listed.municipality_code = territory.municipality_code
