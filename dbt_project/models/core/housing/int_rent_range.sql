-- One row per municipality, source edition and size of household: the range of rents per m²
with
    households as (
        select persons, concat('vk', persons) as size_category
        from (values (1), (2), (3), (4)) as sizes(persons)
    ),

    -- A flat of as many rooms as persons is compared: a convention, no rule of the law.
    rent_map as (
        select
            'mf__rent_map' as source_dataset,
            rents.edition as source_edition,
            rents.reference_date,
            rents.municipality_code,
            households.persons as household_persons,
            rents.size_category,
            coalesce(rents.rent_lower_czk_m2, rents.cadastral_rent_lowest_czk_m2) as lower_czk_m2,
            coalesce(rents.rent_upper_czk_m2, rents.cadastral_rent_highest_czk_m2) as upper_czk_m2,
            rents.rent_origin
        from {{ ref("int_rent_by_municipality") }} as rents
        inner join households on rents.size_category = households.size_category
        where rents.rent_origin <> 'no_row'
    ),

    -- The older map has one middle-sized flat in each town, and parts of towns without a code.
    older as (
        select
            'mmr__rents' as source_dataset,
            rents.edition as source_edition,
            rents.reference_date,
            rents.municipality_code,
            households.persons as household_persons,
            cast(null as varchar) as size_category,
            rents.rent_min_czk_m2 as lower_czk_m2,
            rents.rent_max_czk_m2 as upper_czk_m2,
            'own_row' as rent_origin
        from {{ ref("stg_mmr__rents") }} as rents
        cross join households
        where rents.municipality_code is not null
    )

select
    source_dataset,
    source_edition,
    reference_date,
    municipality_code,
    household_persons,
    size_category,
    cast(lower_czk_m2 as double) as lower_czk_m2,
    cast(upper_czk_m2 as double) as upper_czk_m2,
    rent_origin
from
    (
        select *
        from rent_map
        union all
        select *
        from older
    ) as rents
