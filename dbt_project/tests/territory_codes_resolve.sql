{{
    config(
        meta={
            "agis": {
                "severity": "warn",
                "title": "Every code of a territory in a source resolves through territory_crosswalk or by a declared rule",
                "remedy": "Look the code up in the source; fetch the list that has it, add its system to territory_crosswalk, or declare the rule in this test.",
            },
            "dagster": {"ref": {"name": "territory_crosswalk"}},
        }
    )
}}

{#- Model, level, column of the code, systems in which it may resolve. -#}
{% set uses = [
    ("stg_csu__districts", "district", "cis101_code", ["cis101"]),
    ("stg_csu__districts", "district", "district_code", ["cis109"]),
    ("stg_csu__districts", "district", "ruian_code", ["ruian"]),
    ("stg_csu__districts_lau_2008", "district", "district_code", ["cis109"]),
    ("stg_csu__mos_territories", "orp", "orp_name", ["mos"]),
    ("stg_csu__mos_territories", "district", "district_name", ["mos"]),
    ("stg_csu__municipality_district", "district", "cis101_code", ["cis101"]),
    ("stg_csu__municipality_orp", "orp", "orp_code", ["cis65"]),
    ("stg_csu__municipality_pou", "pou", "pou_code", ["cis61"]),
    ("stg_csu__orps", "orp", "orp_code", ["cis65"]),
    ("stg_csu__orps", "orp", "ruian_code", ["ruian"]),
    ("stg_csu__planning_data", "region", "region_code", ["cis108", "nuts_former"]),
    ("stg_csu__population", "district", "district_code", ["cis109", "lau_former"]),
    ("stg_csu__prague_districts", "prague_district", "prague_district_code", ["cis72"]),
    ("stg_csu__prague_districts", "prague_district", "ruian_code", ["ruian"]),
    ("stg_csu__region_district", "region", "cis100_code", ["cis100"]),
    ("stg_csu__region_district", "district", "cis101_code", ["cis101"]),
    ("stg_csu__regions", "region", "cis100_code", ["cis100"]),
    ("stg_csu__regions", "region", "region_code", ["cis108"]),
    ("stg_csu__regions", "region", "ruian_code", ["ruian"]),
    ("stg_csu__territory_structure", "pou", "pou_code", ["cis61"]),
    ("stg_csu__territory_structure", "orp", "orp_code", ["cis65"]),
    ("stg_csu__territory_structure", "district", "district_code", ["cis109"]),
    ("stg_csu__territory_structure", "region", "region_code", ["cis108"]),
    ("stg_cuzk__municipalities", "pou", "pou_ruian_code", ["ruian"]),
    ("stg_cuzk__municipalities", "district", "district_ruian_code", ["ruian", "capital"]),
    ("stg_msmt__school_register", "district", "district_code", ["cis109"]),
    ("stg_msmt__school_register", "orp", "msmt_orp_code", ["msmt"]),
    ("stg_msmt__school_addresses", "district", "msmt_district_code", ["cis109", "msmt"]),
    ("stg_msmt__school_addresses", "orp", "stated_orp_code", ["cis65", "cis72"]),
    ("stg_rozhlas__housing_need", "orp", "orp_name", ["name", "capital"]),
] %}
{#- All that state codes of municipalities. -#}
{% set of_municipalities = [
    "stg_asz__social_exclusion_index",
    "stg_csu__mos_territories",
    "stg_csu__municipalities",
    "stg_csu__municipality_district",
    "stg_csu__municipality_orp",
    "stg_csu__municipality_pou",
    "stg_csu__planning_data",
    "stg_csu__population",
    "stg_csu__population_by_age_from_1000",
    "stg_csu__population_by_age_under_1000",
    "stg_csu__population_datastat",
    "stg_csu__territory_structure",
    "stg_csu__unemployment",
    "stg_cuzk__cadastral_areas",
    "stg_cuzk__definition_points",
    "stg_cuzk__municipalities",
    "stg_demo__benefit_month",
    "stg_ekcr__distraint_by_municipality",
    "stg_iprp__distraint_map_2016_2019",
    "stg_iprp__distraint_map_2022",
    "stg_iprp__insolvency_map",
    "stg_mf__rent_map",
    "stg_mmr__rents",
    "stg_msmt__school_addresses",
    "stg_mvcr__temporary_protection",
] %}

with
    used as (
        {% for model, level, column, systems in uses %}
            {% for system in systems %}
                select
                    '{{ model }}' as model_name,
                    '{{ level }}' as territory_level,
                    '{{ column }}' as column_name,
                    {{ column }} as code,
                    '{{ system }}' as system
                from {{ ref(model) }}
                union
            {% endfor %}
        {% endfor %}
        {% for model in of_municipalities %}
            select
                '{{ model }}' as model_name,
                'municipality' as territory_level,
                'municipality_code' as column_name,
                municipality_code as code,
                'cis43' as system
            from {{ ref(model) }}
            union
        {% endfor %}
        select
            'stg_csu__krok_territories' as model_name,
            coalesce(territory_level, 'unknown') as territory_level,
            'krok_code' as column_name,
            krok_code as code,
            'krok' as system
        from {{ ref("stg_csu__krok_territories") }}
    ),

    resolved as (
        select
            used.model_name,
            used.territory_level,
            used.column_name,
            used.code,
            min(crosswalk.territory_code) as territory_code
        from used
        left join
            {{ ref("territory_crosswalk") }} as crosswalk
            on used.territory_level = crosswalk.territory_level
            and used.system = crosswalk.system
            and used.code = crosswalk.system_code
        where used.code is not null
        group by used.model_name, used.territory_level, used.column_name, used.code
    ),

    -- What need not resolve, each by a rule of its own.
    exceptions as (
        -- a statistical unit without territory
        select
            cast(null as varchar) as model_name,
            'district' as territory_level,
            district_code as code
        from {{ ref("stg_csu__districts") }}
        where is_extra_regio
        union
        select
            cast(null as varchar) as model_name, 'district' as territory_level, cis101_code as code
        from {{ ref("stg_csu__districts") }}
        where is_extra_regio
        union
        select cast(null as varchar) as model_name, 'region' as territory_level, region_code as code
        from {{ ref("stg_csu__regions") }}
        where is_extra_regio
        union
        select cast(null as varchar) as model_name, 'region' as territory_level, cis100_code as code
        from {{ ref("stg_csu__regions") }}
        where is_extra_regio
        union
        -- MOS goes further back than the ledger
        select
            'stg_csu__mos_territories' as model_name,
            'municipality' as territory_level,
            municipality_code as code
        from {{ ref("stg_csu__mos_territories") }}
        group by municipality_code
        having
            max(coalesce(valid_to_year, 9999))
            < (select year(min(valid_from)) from {{ ref("int_municipality_existence") }})
        union
        -- RÚIAN keeps municipalities that ended before the ledger begins
        select
            'stg_cuzk__municipalities' as model_name,
            'municipality' as territory_level,
            municipality_code as code
        from {{ ref("stg_cuzk__municipalities") }}
        group by municipality_code
        having
            max(coalesce(valid_to, date '9999-12-31'))
            < (select min(valid_from) from {{ ref("int_municipality_existence") }})
        union
        -- the POÚ of municipalities that ended: the match needs living ones
        select
            'stg_cuzk__municipalities' as model_name,
            'pou' as territory_level,
            pou_ruian_code as code
        from {{ ref("stg_cuzk__municipalities") }}
        group by pou_ruian_code
        having count(valid_to) = count(*)
        union
        -- the rent price map of 2011 has districts of towns among its towns, and their list,
        -- CIS0044,
        -- is not at hand; no municipality of the name lies in the district
        select
            'stg_mmr__rents' as model_name,
            'municipality' as territory_level,
            rents.municipality_code as code
        from {{ ref("stg_mmr__rents") }} as rents
        left join
            (
                select distinct municipalities.municipality_name, districts.district_name
                from {{ ref("int_municipality_interval") }} as municipalities
                inner join
                    {{ ref("stg_csu__districts") }} as districts
                    on municipalities.district_code = districts.district_code
            ) as existing
            on rents.place_name = existing.municipality_name
            and rents.district_name = existing.district_name
        where existing.municipality_name is null
    )

select resolved.model_name, resolved.territory_level, resolved.column_name, resolved.code
from resolved
left join
    exceptions
    on resolved.territory_level = exceptions.territory_level
    and resolved.code = exceptions.code
    and coalesce(exceptions.model_name, resolved.model_name) = resolved.model_name
where resolved.territory_code is null and exceptions.code is null
