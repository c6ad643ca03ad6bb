-- One row per territory, code system that numbers it and code there
{#- Relation, level, system, column of the code there, basis, whether dated. -#}
{% set pairs = [
    ("municipalities", "municipality", "cis43", "municipality_code", "listed", True),
    (
        "ruian_municipalities",
        "municipality",
        "ruian",
        "municipality_code",
        "listed",
        True,
    ),
    ("pou_matches", "pou", "ruian", "pou_ruian_code", "shared_municipalities", False),
    ("pou_areas", "pou", "cis61", "pou_code", "listed", False),
    ("orps", "orp", "ruian", "ruian_code", "listed", True),
    ("orp_areas", "orp", "cis65", "orp_code", "listed", True),
    ("mos_orps", "orp", "mos", "orp_name", "shared_municipalities", False),
    ("school_orps", "orp", "msmt", "msmt_orp_code", "shared_names", False),
    ("districts", "district", "ruian", "ruian_code", "listed", True),
    ("districts", "district", "cis101", "cis101_code", "listed", True),
    ("district_areas", "district", "cis109", "district_code", "listed", False),
    ("mos_districts", "district", "mos", "district_name", "shared_municipalities", False),
    (
        "former_districts",
        "district",
        "lau_former",
        "former_code",
        "shared_municipalities",
        False,
    ),
    ("school_districts", "district", "msmt", "msmt_district_code", "part", False),
    ("regions", "region", "ruian", "ruian_code", "listed", True),
    ("regions", "region", "cis100", "cis100_code", "listed", True),
    ("regions", "region", "abbreviation", "region_abbreviation", "listed", True),
    ("region_areas", "region", "cis108", "region_code", "listed", False),
    (
        "former_regions",
        "region",
        "nuts_former",
        "former_code",
        "shared_municipalities",
        False,
    ),
    (
        "prague_districts",
        "prague_district",
        "cis72",
        "prague_district_code",
        "listed",
        True,
    ),
    ("prague_districts", "prague_district", "ruian", "ruian_code", "listed", True),
    (
        "prague_districts",
        "prague_district",
        "name",
        "prague_district_name",
        "listed",
        True,
    ),
    ("prague_districts", "municipality", "cis72", "prague_district_code", "part", True),
    ("prague_districts", "orp", "cis72", "prague_district_code", "part", True),
] %}

with
    existing as (select municipality_code from {{ ref("int_municipality_existence") }}),

    municipalities as (
        select existing.municipality_code, listed.valid_from, listed.valid_to
        from existing
        left join
            (
                select
                    municipality_code,
                    max_by(valid_from, reference_date) as valid_from,
                    max_by(valid_to, reference_date) as valid_to
                from {{ ref("stg_csu__municipalities") }}
                group by municipality_code
            ) as listed
            on existing.municipality_code = listed.municipality_code
    ),

    -- RÚIAN and the statistical office share the codes of municipalities. The former dates the
    -- record and not the code, but says when a municipality ended.
    ruian_municipalities as (
        select existing.municipality_code, cast(null as date) as valid_from, registered.valid_to
        from existing
        left join
            (
                select municipality_code, max_by(valid_to, reference_date) as valid_to
                from {{ ref("stg_cuzk__municipalities") }}
                group by municipality_code
            ) as registered
            on existing.municipality_code = registered.municipality_code
    ),

    districts as (
        select
            district_code,
            max_by(cis101_code, reference_date) as cis101_code,
            max_by(ruian_code, reference_date) as ruian_code,
            max_by(valid_from, reference_date) as valid_from,
            max_by(valid_to, reference_date) as valid_to
        from {{ ref("stg_csu__districts") }}
        where not is_extra_regio
        group by district_code
    ),

    regions as (
        select
            region_code,
            max_by(cis100_code, reference_date) as cis100_code,
            max_by(ruian_code, reference_date) as ruian_code,
            max_by(region_abbreviation, reference_date) as region_abbreviation,
            max_by(valid_from, reference_date) as valid_from,
            max_by(valid_to, reference_date) as valid_to
        from {{ ref("stg_csu__regions") }}
        where not is_extra_regio
        group by region_code
    ),

    orps as (
        select
            orp_code,
            max_by(ruian_code, reference_date) as ruian_code,
            max_by(valid_from, reference_date) as valid_from,
            max_by(valid_to, reference_date) as valid_to
        from {{ ref("stg_csu__orps") }}
        group by orp_code
    ),

    -- The codes that this platform uses itself are those of the lists.
    areas as (
        select area_level, area_code, max_by(area_name, valid_from) as area_name
        from {{ ref("int_area_interval") }}
        group by area_level, area_code
    ),

    pou_areas as (select area_code as pou_code from areas where area_level = 'pou'),

    orp_areas as (
        select areas.area_code as orp_code, orps.valid_from, orps.valid_to
        from areas
        left join orps on areas.area_code = orps.orp_code
        where areas.area_level = 'orp'
    ),

    district_areas as (select area_code as district_code from areas where area_level = 'district'),

    region_areas as (select area_code as region_code from areas where area_level = 'region'),

    -- No list joins the two numberings of POÚ; this match follows from common municipalities.
    pou_matches as (select * from {{ ref("int_pou_crosswalk") }}),

    mos_orps as (select * from {{ ref("int_mos_orp") }}),

    mos_districts as (select * from {{ ref("int_mos_district") }}),

    school_orps as (select * from {{ ref("int_school_orp") }}),

    school_districts as (select * from {{ ref("int_school_district") }}),

    -- Codes that were in use up to 2007.
    former_districts as (
        select distinct district_code, former_code from {{ ref("int_district_crosswalk") }}
    ),

    former_regions as (
        select distinct region_code, former_code from {{ ref("int_region_crosswalk") }}
    ),

    prague_districts as (select * from {{ ref("int_prague_district") }}),

    -- Some sources name a territory and give no code. A name that several have ever borne says
    -- nothing.
    names as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            municipality_name as name
        from {{ ref("int_municipality_interval") }}
        union all
        select area_level as territory_level, area_code as territory_code, area_name as name
        from {{ ref("int_area_interval") }}
    ),

    own_names as (
        select territory_level, name, min(territory_code) as territory_code
        from names
        group by territory_level, name
        having min(territory_code) = max(territory_code)
    ),

    listed as (
        {% for relation, level, system, code_column, basis, is_dated in pairs %}
            select
                '{{ level }}' as territory_level,
                {{ level }}_code as territory_code,
                '{{ system }}' as system,
                {{ code_column }} as system_code,
                '{{ basis }}' as basis,
                {% if is_dated %} valid_from, valid_to
                {% else %} cast(null as date) as valid_from, cast(null as date) as valid_to
                {% endif %}
            from {{ relation }}
            union all
        {% endfor %}
        select
            territory_level,
            territory_code,
            'krok' as system,
            krok_code as system_code,
            'shared_names' as basis,
            cast(null as date) as valid_from,
            cast(null as date) as valid_to
        from {{ ref("int_krok_crosswalk") }}
        union all
        select
            territory_level,
            territory_code,
            'name' as system,
            name as system_code,
            'listed' as basis,
            cast(null as date) as valid_from,
            cast(null as date) as valid_to
        from own_names
        union all
        select
            territory_level,
            territory_code,
            'capital' as system,
            spelling as system_code,
            'spelling' as basis,
            cast(null as date) as valid_from,
            cast(null as date) as valid_to
        from {{ ref("int_capital_spelling") }}
    )

select territory_level, territory_code, system, system_code, basis, valid_from, valid_to
from listed
where territory_code is not null and system_code is not null
