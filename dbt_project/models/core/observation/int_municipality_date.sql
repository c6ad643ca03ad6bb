-- One row per municipality and day of which a source speaks, with the territory valid on that day
with
    stated as (
        select
            territory_code as municipality_code,
            reference_date,
            min(territory_name) as municipality_name,
            min(country_code) as country_code
        from {{ ref("int_observation") }}
        where territory_level = 'municipality'
        group by territory_code, reference_date
    ),

    valid as (
        select stated.reference_date, territory.*
        from stated
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on stated.municipality_code = territory.municipality_code
            and territory.valid_from <= stated.reference_date
            and (territory.valid_to is null or territory.valid_to >= stated.reference_date)
    )

-- Before the ledger begins, name and country are the source's and the areas between unknown.
select
    stated.municipality_code,
    stated.reference_date,
    coalesce(territory.municipality_name, stated.municipality_name) as municipality_name,
    territory.pou_code,
    territory.orp_code,
    territory.district_code,
    territory.region_code,
    coalesce(territory.country_code, stated.country_code) as country_code,
    territory.municipality_code is not null as is_in_register
from stated
left join
    valid as territory
    on stated.municipality_code = territory.municipality_code
    and stated.reference_date = territory.reference_date
