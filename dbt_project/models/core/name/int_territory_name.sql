-- One row per territory, its name and the names of the areas it lay in, with the days of that
with
    areas as (
        select area_level, area_code, area_name, valid_from, valid_to
        from {{ ref("int_area_interval") }}
    ),

    named as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            municipality_name as territory_name,
            district_code,
            region_code,
            valid_from,
            valid_to
        from {{ ref("int_municipality_interval") }}
        union all
        select
            area_level as territory_level,
            area_code as territory_code,
            area_name as territory_name,
            district_code,
            region_code,
            valid_from,
            valid_to
        from {{ ref("int_area_interval") }}
        where area_level in ('orp', 'district', 'region')
    )

select distinct
    named.territory_level,
    named.territory_code,
    named.territory_name,
    {{ name_key("named.territory_name") }} as name_key,
    {{ plain_name("named.territory_name") }} as plain_name,
    {{ plain_name("district.area_name") }} as plain_district,
    {{ plain_name("region.area_name") }} as plain_region,
    named.valid_from,
    named.valid_to
from named
{% for level in ["district", "region"] %}
    left join
        areas as {{ level }}
        on {{ level }}.area_level = '{{ level }}'
        and named.{{ level }}_code = {{ level }}.area_code
        and (named.valid_to is null or {{ level }}.valid_from <= named.valid_to)
        and ({{ level }}.valid_to is null or {{ level }}.valid_to >= named.valid_from)
{% endfor %}
