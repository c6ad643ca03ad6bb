-- One row per municipality, size category of flats and edition of the rent map
with
    own as (
        select
            municipality_code,
            municipality_name,
            edition,
            reference_date,
            size_category,
            rent_reference_czk_m2,
            coverage,
            'estimated' as observation_status
        from {{ ref("stg_mf__rent_map") }}
        where cadastral_area_code is null
    ),

    -- A town has rents by cadastral area only, and no source says how to weigh these.
    divided as (
        select
            rents.municipality_code,
            min(rents.municipality_name) as municipality_name,
            rents.edition,
            rents.reference_date,
            rents.size_category,
            cast(null as integer) as rent_reference_czk_m2,
            cast(null as integer) as coverage,
            'cadastral_areas_only' as observation_status
        from {{ ref("int_rent_cadastral_area") }} as rents
        left join
            own
            on rents.municipality_code = own.municipality_code
            and rents.edition = own.edition
            and rents.size_category = own.size_category
        where rents.municipality_code is not null and own.municipality_code is null
        group by rents.municipality_code, rents.edition, rents.reference_date, rents.size_category
    )

select
    'municipality' as territory_level,
    municipality_code as territory_code,
    municipality_name as territory_name,
    cast(null as varchar) as country_code,
    'rent' as indicator_id,
    size_category as dimension,
    'mf__rent_map/rent' as series_id,
    cast(reference_date as varchar) as period,
    reference_date,
    'mf__rent_map' as source_dataset,
    edition as source_edition,
    cast(null as bigint) as numerator_parts,
    1 as parts_per_unit,
    cast(null as bigint) as denominator,
    cast(rent_reference_czk_m2 as double) as given_value,
    observation_status,
    case when coverage is not null then concat('coverage_', coverage) end as source_quality
from
    (
        select *
        from own
        union all
        select *
        from divided
    ) as rents
