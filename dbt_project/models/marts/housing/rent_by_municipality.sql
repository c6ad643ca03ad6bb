-- One row per municipality, size category of flats and edition of the rent map
select
    municipality_code,
    municipality_name,
    orp_code,
    district_code,
    region_code,
    size_category,
    reference_date,
    rent_origin,
    rent_reference_czk_m2,
    rent_lower_czk_m2,
    rent_upper_czk_m2,
    rent_new_build_czk_m2,
    rent_median_czk_m2,
    coverage,
    cast(cadastral_areas as bigint) as cadastral_areas,
    cadastral_rent_lowest_czk_m2,
    cadastral_rent_highest_czk_m2,
    -- SDMX: E estimated, by the ministry's model; L no figure for the municipality as a whole.
    case when rent_origin = 'own_row' then 'E' else 'L' end as obs_status,
    'mf__rent_map' as source_dataset,
    edition as source_edition
from {{ ref("int_rent_by_municipality") }}
