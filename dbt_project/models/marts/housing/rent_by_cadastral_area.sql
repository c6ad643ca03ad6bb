-- One row per cadastral area, size category of flats and edition of the rent map
with
    named as (
        select
            rents.*,
            territory.municipality_name as register_name,
            territory.orp_code,
            territory.district_code,
            territory.region_code
        from {{ ref("int_rent_cadastral_area") }} as rents
        left join
            {{ ref("int_municipality_interval") }} as territory
            on rents.municipality_code = territory.municipality_code
            and territory.valid_from <= rents.reference_date
            and (territory.valid_to is null or territory.valid_to >= rents.reference_date)
    )

select
    cadastral_area_code,
    cadastral_area_name,
    municipality_code,
    coalesce(register_name, municipality_name) as municipality_name,
    municipality_reason,
    orp_code,
    district_code,
    region_code,
    size_category,
    reference_date,
    rent_reference_czk_m2,
    rent_lower_czk_m2,
    rent_upper_czk_m2,
    rent_new_build_czk_m2,
    rent_min_czk_m2,
    rent_max_czk_m2,
    rent_median_czk_m2,
    coverage,
    -- SDMX: E estimated, here by the ministry's model.
    'E' as obs_status,
    'mf__rent_map' as source_dataset,
    edition as source_edition
from named
