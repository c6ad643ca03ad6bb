-- One row per ORP and edition of the table of housing need
select
    names.territory_code as orp_code,
    names.territory_name as orp_name,
    territory.region_code,
    need.reference_date,
    need.families_in_housing_need,
    need.persons_in_housing_need,
    need.children_in_housing_need,
    need.persons_in_hostels,
    need.persons_in_shelters,
    need.homeless_persons,
    people.denominator as inhabitants,
    1000 * need.persons_in_housing_need / cast(people.denominator as double) as persons_per_1000,
    -- Who counted is not written in the table.
    false as is_verified,
    'rozhlas__housing_need' as source_dataset,
    need.edition as source_edition
from {{ ref("stg_rozhlas__housing_need") }} as need
inner join
    {{ ref("int_name_match") }} as names
    on names.source_dataset = 'rozhlas__housing_need'
    and need.edition = names.source_edition
    and need.orp_name = names.source_name
    and need.region_name = names.stated_region
    and names.confidence in ('high', 'medium')
left join
    {{ ref("int_observation_housing_need") }} as people
    on names.territory_code = people.territory_code
    and people.indicator_id = 'housing_need_persons'
    and need.edition = people.source_edition
left join
    (
        select orp_code, min(region_code) as region_code
        from {{ ref("int_current_municipality") }}
        group by orp_code
    ) as territory
    on names.territory_code = territory.orp_code
