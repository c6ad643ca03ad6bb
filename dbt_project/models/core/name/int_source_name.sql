-- One row per dataset, edition, level and name of a territory as a source spells it, with the areas
-- that the source states beside it
-- A code that the source states too is never used for the match: it proves the match.
with
    stated as (
        select
            'ekcr__distraint_by_name' as source_dataset,
            edition as source_edition,
            reference_date,
            'municipality' as territory_level,
            municipality_name as source_name,
            cast(null as varchar) as stated_orp,
            district_name as stated_district,
            region_name as stated_region,
            cast(null as varchar) as stated_code
        from {{ ref("stg_ekcr__distraint_by_name") }}
        union all
        select
            'mvcr__temporary_protection' as source_dataset,
            edition as source_edition,
            reference_date,
            'municipality' as territory_level,
            municipality_name as source_name,
            cast(null as varchar) as stated_orp,
            district_name as stated_district,
            region_name as stated_region,
            municipality_code as stated_code
        from {{ ref("stg_mvcr__temporary_protection") }}
        union all
        select
            'mmr__rents' as source_dataset,
            edition as source_edition,
            reference_date,
            'municipality' as territory_level,
            place_name as source_name,
            cast(null as varchar) as stated_orp,
            district_name as stated_district,
            region_name as stated_region,
            municipality_code as stated_code
        from {{ ref("stg_mmr__rents") }}
        where municipality_code is not null
        union all
        select
            'rozhlas__housing_need' as source_dataset,
            edition as source_edition,
            reference_date,
            'orp' as territory_level,
            orp_name as source_name,
            cast(null as varchar) as stated_orp,
            cast(null as varchar) as stated_district,
            region_name as stated_region,
            cast(null as varchar) as stated_code
        from {{ ref("stg_rozhlas__housing_need") }}
        union all
        select
            'csu__mos_territories' as source_dataset,
            edition as source_edition,
            cast(null as date) as reference_date,
            'district' as territory_level,
            district_name as source_name,
            cast(null as varchar) as stated_orp,
            cast(null as varchar) as stated_district,
            cast(null as varchar) as stated_region,
            cast(null as varchar) as stated_code
        from {{ ref("stg_csu__mos_territories") }}
        union all
        select
            'csu__mos_territories' as source_dataset,
            edition as source_edition,
            cast(null as date) as reference_date,
            'orp' as territory_level,
            orp_name as source_name,
            cast(null as varchar) as stated_orp,
            cast(null as varchar) as stated_district,
            cast(null as varchar) as stated_region,
            cast(null as varchar) as stated_code
        from {{ ref("stg_csu__mos_territories") }}
    ),

    numbered as (
        select
            source_dataset,
            source_edition,
            reference_date,
            territory_level,
            source_name,
            stated_orp,
            stated_district,
            stated_region,
            -- Two codes under one name and place are no proof of anything.
            case when min(stated_code) = max(stated_code) then min(stated_code) end as stated_code
        from stated
        where source_name is not null
        group by
            source_dataset,
            source_edition,
            reference_date,
            territory_level,
            source_name,
            stated_orp,
            stated_district,
            stated_region
    )

select
    -- The areas belong to the key: one name in two districts is two names.
    concat(
        source_dataset,
        '|',
        source_edition,
        '|',
        territory_level,
        '|',
        source_name,
        '|',
        coalesce(stated_orp, ''),
        '|',
        coalesce(stated_district, ''),
        '|',
        coalesce(stated_region, '')
    ) as name_id,
    *,
    {{ name_key("source_name") }} as name_key,
    {{ plain_name("source_name") }} as plain_name,
    {{ plain_name("stated_orp") }} as plain_orp,
    {{ plain_name("stated_district") }} as plain_district,
    {{ plain_name("stated_region") }} as plain_region
from numbered
