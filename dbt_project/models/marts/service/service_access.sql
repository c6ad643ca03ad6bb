-- One row per municipality, kind of social service and unit of capacity
with
    need as (
        select
            near.municipality_code,
            max(need.need_year) as need_year,
            sum(need.persons_in_need) filter (where near.distance_m <= 10000) as within_10_km,
            sum(need.persons_in_need) as within_20_km,
            count(*) - count(need.persons_in_need) as unknown_within_20_km
        from {{ ref("int_municipality_nearby") }} as near
        left join {{ ref("int_service_need") }} as need on near.nearby_code = need.municipality_code
        group by near.municipality_code
    ),

    -- A service with facilities in several municipalities is near once.
    reached as (
        select
            near.municipality_code,
            places.service_kind,
            places.capacity_unit,
            places.service_id,
            min(near.distance_m) as distance_m,
            sum(places.placed_capacity) filter (where near.distance_m <= 10000) as capacity_10_km,
            sum(places.placed_capacity) as capacity_20_km,
            max(places.place_status) as place_status
        from {{ ref("int_municipality_nearby") }} as near
        inner join
            {{ ref("int_social_service_place") }} as places
            on near.nearby_code = places.municipality_code
        group by
            near.municipality_code, places.service_kind, places.capacity_unit, places.service_id
    ),

    counted as (
        select
            municipality_code,
            service_kind,
            capacity_unit,
            count(*) filter (where distance_m <= 10000) as services_10_km,
            count(*) as services_20_km,
            count(*) filter (where place_status = 'several_places') as several_places_20_km,
            sum(capacity_10_km) as capacity_10_km,
            sum(capacity_20_km) as capacity_20_km,
            min(distance_m) as nearest_m
        from reached
        group by municipality_code, service_kind, capacity_unit
    )

select
    territory.municipality_code,
    territory.municipality_name,
    territory.orp_code,
    territory.region_code,
    offers.service_kind,
    offers.service_kind_name,
    offers.capacity_unit,
    cast(coalesce(counted.services_10_km, 0) as bigint) as services_within_10_km,
    cast(coalesce(counted.services_20_km, 0) as bigint) as services_within_20_km,
    cast(
        coalesce(counted.several_places_20_km, 0) as bigint
    ) as services_of_several_places_within_20_km,
    -- Nobody near is 0; a capacity that no source states or places is none.
    cast(
        case
            when coalesce(counted.services_10_km, 0) = 0 then 0 else counted.capacity_10_km
        end as double
    ) as capacity_within_10_km,
    cast(
        case
            when coalesce(counted.services_20_km, 0) = 0 then 0 else counted.capacity_20_km
        end as double
    ) as capacity_within_20_km,
    counted.nearest_m / 1000 as nearest_within_20_km_km,
    'distraint' as need_indicator_id,
    cast(need.need_year as varchar) as need_period,
    cast(need.within_10_km as bigint) as persons_in_need_within_10_km,
    cast(need.within_20_km as bigint) as persons_in_need_within_20_km,
    cast(need.unknown_within_20_km as bigint) as municipalities_without_need_within_20_km,
    1000 * cast(
        case
            when coalesce(counted.services_20_km, 0) = 0 then 0 else counted.capacity_20_km
        end as double
    )
    / nullif(need.within_20_km, 0) as capacity_per_1000_in_need_within_20_km,
    offers.reference_date,
    offers.edition as source_edition
from {{ ref("int_current_municipality") }} as territory
cross join {{ ref("int_service_offer") }} as offers
inner join need on territory.municipality_code = need.municipality_code
left join
    counted
    on territory.municipality_code = counted.municipality_code
    and offers.service_kind is not distinct from counted.service_kind
    and offers.capacity_unit = counted.capacity_unit
