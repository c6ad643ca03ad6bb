-- One row per municipality, size category of flats and edition of the rent map
with
    editions as (
        select edition, reference_date, size_category
        from {{ ref("stg_mf__rent_map") }}
        group by edition, reference_date, size_category
    ),

    valid as (
        select editions.*, territory.*
        from editions
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on territory.valid_from <= editions.reference_date
            and (territory.valid_to is null or territory.valid_to >= editions.reference_date)
    ),

    own as (select * from {{ ref("stg_mf__rent_map") }} where cadastral_area_code is null),

    -- Nothing says how many flats are where, so areas of a town give a range and no mean.
    divided as (
        select
            edition,
            size_category,
            municipality_code,
            count(*) as cadastral_areas,
            count(*) filter (where coverage = 1) as cadastral_areas_of_lowest_coverage,
            min(rent_reference_czk_m2) as lowest_czk_m2,
            max(rent_reference_czk_m2) as highest_czk_m2
        from {{ ref("int_rent_cadastral_area") }}
        where municipality_code is not null
        group by edition, size_category, municipality_code
    )

select
    valid.municipality_code,
    valid.municipality_name,
    valid.orp_code,
    valid.district_code,
    valid.region_code,
    valid.country_code,
    valid.size_category,
    valid.reference_date,
    valid.edition,
    case
        when own.municipality_code is not null
        then 'own_row'
        when divided.municipality_code is not null
        then 'cadastral_areas_only'
        else 'no_row'
    end as rent_origin,
    own.rent_reference_czk_m2,
    own.rent_lower_czk_m2,
    own.rent_upper_czk_m2,
    own.rent_new_build_czk_m2,
    own.rent_median_czk_m2,
    own.coverage,
    coalesce(divided.cadastral_areas, 0) as cadastral_areas,
    coalesce(divided.cadastral_areas_of_lowest_coverage, 0) as cadastral_areas_of_lowest_coverage,
    divided.lowest_czk_m2 as cadastral_rent_lowest_czk_m2,
    divided.highest_czk_m2 as cadastral_rent_highest_czk_m2
from valid
left join
    own
    on valid.municipality_code = own.municipality_code
    and valid.edition = own.edition
    and valid.size_category = own.size_category
left join
    divided
    on valid.municipality_code = divided.municipality_code
    and valid.edition = divided.edition
    and valid.size_category = divided.size_category
