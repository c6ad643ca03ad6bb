-- One row per code of the database KROK that could be matched with a territory
with
    -- KROK writes the ORP as MOS does, in capitals and some shortened.
    named as (
        select area_level, area_code, {{ plain_name("area_name") }} as name_key
        from {{ ref("int_area_interval") }}
        where area_level in ('region', 'orp')
        union all
        select 'orp' as area_level, orp_code as area_code, {{ plain_name("orp_name") }} as name_key
        from {{ ref("int_mos_orp") }}
    ),

    own_names as (
        select area_level, name_key, min(area_code) as area_code
        from named
        where name_key is not null
        group by area_level, name_key
        having min(area_code) = max(area_code)
    ),

    the_country as (
        select min(area_code) as area_code
        from {{ ref("int_area_interval") }}
        where area_level = 'country'
        having min(area_code) = max(area_code)
    ),

    krok as (
        select distinct krok_code, territory_level, {{ plain_name("territory_name") }} as name_key
        from {{ ref("stg_csu__krok_territories") }}
    )

select krok.krok_code, krok.territory_level, own_names.area_code as territory_code
from krok
inner join
    own_names on krok.territory_level = own_names.area_level and krok.name_key = own_names.name_key
union all
-- The kind alone says it: there is one country.
select krok.krok_code, krok.territory_level, the_country.area_code as territory_code
from krok
cross join the_country
where krok.territory_level = 'country'
