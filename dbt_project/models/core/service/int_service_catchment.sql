-- One row per municipality with a placed capacity, kind of service and unit: capacity per 1,000 in
-- need
with
    supply as (
        select service_kind, capacity_unit, municipality_code, sum(placed_capacity) as capacity
        from {{ ref("int_social_service_place") }}
        where placed_capacity is not null
        group by service_kind, capacity_unit, municipality_code
    ),

    demand as (
        select near.municipality_code, sum(need.persons_in_need) as persons_in_need
        from {{ ref("int_municipality_nearby") }} as near
        inner join
            {{ ref("int_service_need") }} as need on near.nearby_code = need.municipality_code
        group by near.municipality_code
    )

-- A decimal, so that sums of it do not depend on the order of rows.
select
    supply.service_kind,
    supply.capacity_unit,
    supply.municipality_code,
    supply.capacity,
    cast(
        1000
        * cast(supply.capacity as double)
        / nullif(demand.persons_in_need, 0) as decimal(28, 12)
    ) as capacity_per_1000_in_need
from supply
left join demand on supply.municipality_code = demand.municipality_code
