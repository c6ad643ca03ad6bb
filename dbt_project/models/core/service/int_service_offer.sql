-- One row per kind of social service and unit of capacity of the latest edition, with its name
with
    named as (
        select item_code, max(item_name) as item_name
        from {{ ref("stg_mpsv__code_lists") }}
        where code_list = 'druhy-socialni-sluzby'
        group by item_code
    ),

    offers as (
        select edition, reference_date, service_kind, capacity_unit
        from {{ ref("int_social_service_capacity") }}
        group by edition, reference_date, service_kind, capacity_unit
    )

select offers.*, named.item_name as service_kind_name
from offers
left join named on offers.service_kind = named.item_code
