-- One row per municipality, kind of social service and unit of capacity that is stated
with
    reached as (
        select
            near.municipality_code,
            catchments.service_kind,
            catchments.capacity_unit,
            sum(catchments.capacity_per_1000_in_need) as accessible
        from {{ ref("int_municipality_nearby") }} as near
        inner join
            {{ ref("int_service_catchment") }} as catchments
            on near.nearby_code = catchments.municipality_code
        group by near.municipality_code, catchments.service_kind, catchments.capacity_unit
    ),

    -- What everybody would have if the capacity in reach of anybody were shared alike.
    even as (
        select
            service_kind,
            capacity_unit,
            1000
            * cast(sum(capacity) as double)
            / nullif(
                (select sum(persons_in_need) from {{ ref("int_service_need") }}), 0
            ) as per_1000_in_need
        from {{ ref("int_service_catchment") }}
        where capacity_per_1000_in_need is not null
        group by service_kind, capacity_unit
    )

select
    territory.municipality_code,
    territory.municipality_name,
    territory.orp_code,
    territory.region_code,
    offers.service_kind,
    offers.service_kind_name,
    offers.capacity_unit,
    'distraint' as need_indicator_id,
    need.persons_in_need,
    cast(coalesce(reached.accessible, 0) as double) as accessible_per_1000_in_need,
    even.per_1000_in_need as country_per_1000_in_need,
    cast(coalesce(reached.accessible, 0) as double)
    / nullif(even.per_1000_in_need, 0) as accessibility_ratio,
    'two_step_floating_catchment_20_km' as method,
    offers.reference_date,
    offers.edition as source_edition
from {{ ref("int_current_municipality") }} as territory
cross join {{ ref("int_service_offer") }} as offers
inner join
    even
    on offers.service_kind is not distinct from even.service_kind
    and offers.capacity_unit = even.capacity_unit
left join
    {{ ref("int_service_need") }} as need on territory.municipality_code = need.municipality_code
left join
    reached
    on territory.municipality_code = reached.municipality_code
    and offers.service_kind is not distinct from reached.service_kind
    and offers.capacity_unit = reached.capacity_unit
where territory.x_m is not null
