-- One row per dataset, edition, level and name of a territory as a source spells it, with the areas
-- that the source states beside it
-- A code that the source states too is never used for the match: it proves the match.
with
    stated as (
        {% for dataset, model, level, name, district, region, code, day in [
            (
                "ekcr__distraint_by_name",
                "stg_ekcr__distraint_by_name",
                "municipality",
                "municipality_name",
                "district_name",
                "region_name",
                "null",
                "reference_date",
            ),
            (
                "mvcr__temporary_protection",
                "stg_mvcr__temporary_protection",
                "municipality",
                "municipality_name",
                "district_name",
                "region_name",
                "municipality_code",
                "reference_date",
            ),
            (
                "mmr__rents",
                "stg_mmr__rents",
                "municipality",
                "case when municipality_code is not null then place_name end",
                "district_name",
                "region_name",
                "municipality_code",
                "reference_date",
            ),
            (
                "rozhlas__housing_need",
                "stg_rozhlas__housing_need",
                "orp",
                "orp_name",
                "null",
                "region_name",
                "null",
                "reference_date",
            ),
            (
                "csu__mos_territories",
                "stg_csu__mos_territories",
                "district",
                "district_name",
                "null",
                "null",
                "null",
                "null",
            ),
            (
                "csu__mos_territories",
                "stg_csu__mos_territories",
                "orp",
                "orp_name",
                "null",
                "null",
                "null",
                "null",
            ),
        ] %}
            select
                '{{ dataset }}' as source_dataset,
                edition as source_edition,
                cast({{ day }} as date) as reference_date,
                '{{ level }}' as territory_level,
                {{ name }} as source_name,
                cast({{ district }} as varchar) as stated_district,
                cast({{ region }} as varchar) as stated_region,
                cast({{ code }} as varchar) as stated_code
            from {{ ref(model) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    numbered as (
        select
            source_dataset,
            source_edition,
            reference_date,
            territory_level,
            source_name,
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
        coalesce(stated_district, ''),
        '|',
        coalesce(stated_region, '')
    ) as name_id,
    *,
    {{ name_key("source_name") }} as name_key,
    {{ plain_name("source_name") }} as plain_name,
    {{ plain_name("stated_district") }} as plain_district,
    {{ plain_name("stated_region") }} as plain_region
from numbered
