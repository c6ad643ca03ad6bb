-- One row per level and what files write where a code or name of the capital's area should stand
with
    capital as (
        select municipality_code, pou_code, orp_code, district_code, region_code
        from {{ ref("int_municipality_interval") }}
        where municipality_status = 'H' and valid_to is null
    )

{% for level, spelling in [
        ("orp", "0"),
        ("orp", "0000"),
        ("orp", "X-X-X"),
        ("pou", "0"),
        ("pou", "00000"),
        ("pou", "X-X-X"),
    ] %}
    select
        '{{ level }}' as territory_level,
        {{ level }}_code as territory_code,
        '{{ spelling }}' as spelling
    from capital
    union all
{% endfor %}
-- the region's name for the ORP
select 'orp' as territory_level, capital.orp_code as territory_code, areas.area_name as spelling
from capital
inner join
    {{ ref("int_area_interval") }} as areas
    on areas.area_level = 'region'
    and capital.region_code = areas.area_code
    and areas.valid_to is null
union all
-- RÚIAN's district of the capital stands in no list of districts
select distinct
    'district' as territory_level,
    capital.district_code as territory_code,
    municipalities.district_ruian_code as spelling
from capital
inner join
    {{ ref("stg_cuzk__municipalities") }} as municipalities
    on capital.municipality_code = municipalities.municipality_code
left join
    {{ ref("stg_csu__districts") }} as districts
    on municipalities.district_ruian_code = districts.ruian_code
where districts.ruian_code is null
