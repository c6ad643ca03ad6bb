-- One row per cadastral area, size category and edition of the rent map, with its municipality
with
    -- The latest list that is at hand; the codes of cadastral areas hardly ever change.
    latest as (
        select max_by(edition, {{ ordered_pair("reference_date", "edition") }}) as edition
        from {{ ref("stg_cuzk__cadastral_areas") }}
    ),

    areas as (
        select list.*
        from {{ ref("stg_cuzk__cadastral_areas") }} as list
        inner join latest on list.edition = latest.edition
    )

-- Where list and rent map name different municipalities, neither is believed.
select
    rents.edition,
    rents.reference_date,
    rents.cadastral_area_code,
    rents.cadastral_area_name,
    case
        when areas.municipality_name = rents.municipality_name then areas.municipality_code
    end as municipality_code,
    rents.municipality_name,
    case
        when areas.cadastral_area_code is null
        then 'not_in_list'
        when areas.municipality_name <> rents.municipality_name
        then 'name_differs'
    end as municipality_reason,
    rents.size_category,
    rents.rent_reference_czk_m2,
    rents.rent_lower_czk_m2,
    rents.rent_upper_czk_m2,
    rents.rent_new_build_czk_m2,
    rents.rent_min_czk_m2,
    rents.rent_max_czk_m2,
    rents.rent_median_czk_m2,
    rents.coverage
from {{ ref("stg_mf__rent_map") }} as rents
left join areas on rents.cadastral_area_code = areas.cadastral_area_code
where rents.cadastral_area_code is not null
