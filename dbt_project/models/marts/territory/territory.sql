-- One row per territory and interval of validity, on all levels from the municipality to the
-- country
with
    units as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            municipality_name as territory_name,
            valid_from,
            valid_to,
            date_basis,
            municipality_status,
            pou_code,
            orp_code,
            district_code,
            region_code,
            country_code,
            -- Before a source states the POÚ, the ORP is the next area known.
            case when pou_code is null then 'orp' else 'pou' end as parent_level,
            coalesce(pou_code, orp_code) as parent_code
        from {{ ref("int_municipality_interval") }}
        union all
        -- An ORP may cross districts, so its parent is the region.
        select
            area_level as territory_level,
            area_code as territory_code,
            area_name as territory_name,
            valid_from,
            valid_to,
            date_basis,
            null as municipality_status,
            case when area_level = 'pou' then area_code end as pou_code,
            case when area_level = 'orp' then area_code else orp_code end as orp_code,
            case
                when area_level = 'district' then area_code else district_code
            end as district_code,
            case when area_level = 'region' then area_code else region_code end as region_code,
            case when area_level = 'country' then area_code else country_code end as country_code,
            case
                area_level
                when 'pou'
                then 'orp'
                when 'orp'
                then 'region'
                when 'district'
                then 'region'
                when 'region'
                then 'country'
            end as parent_level,
            case
                area_level
                when 'pou'
                then orp_code
                when 'orp'
                then region_code
                when 'district'
                then region_code
                when 'region'
                then country_code
            end as parent_code
        from {{ ref("int_area_interval") }}
    ),

    areas as (
        select area_level, area_code, area_name, valid_from, valid_to
        from {{ ref("int_area_interval") }}
    )

-- Names of the areas above are those of the first day of the interval.
select
    units.territory_level,
    units.territory_code,
    units.territory_name,
    units.valid_from,
    units.valid_to,
    units.valid_to is null as is_current,
    units.date_basis,
    units.municipality_status,
    coalesce(units.municipality_status = 'U', false) as is_military_district,
    units.pou_code,
    pou.area_name as pou_name,
    units.orp_code,
    orp.area_name as orp_name,
    units.district_code,
    district.area_name as district_name,
    units.region_code,
    region.area_name as region_name,
    units.country_code,
    units.parent_level,
    units.parent_code,
    points.longitude,
    points.latitude,
    projected.x_m as x_5514_m,
    projected.y_m as y_5514_m
from units
{% for level in ["pou", "orp", "district", "region"] %}
    left join
        areas as {{ level }}
        on {{ level }}.area_level = '{{ level }}'
        and units.{{ level }}_code = {{ level }}.area_code
        and {{ level }}.valid_from <= units.valid_from
        and coalesce({{ level }}.valid_to, date '9999-12-31') >= units.valid_from
{% endfor %}
left join
    {{ ref("int_definition_point") }} as points
    on units.territory_level = 'municipality'
    and units.territory_code = points.municipality_code
left join
    {{ ref("int_projected_point") }} as projected
    on units.territory_level = 'municipality'
    and units.territory_code = projected.municipality_code
