{{
    config(
        meta={
            "agis": {
                "severity": "warn",
                "title": "territory_crosswalk: every territory of today has a code in each system of its level",
                "remedy": "A code list is older than the territory, or two numberings could not be matched; fetch the list's newer edition.",
            },
            "dagster": {"ref": {"name": "territory_crosswalk"}},
        }
    )
}}

with
    expected as (
        {% for level, system in [
            ("municipality", "ruian"),
            ("municipality", "cis43"),
            ("pou", "ruian"),
            ("pou", "cis61"),
            ("orp", "ruian"),
            ("orp", "cis65"),
            ("orp", "name"),
            ("prague_district", "cis72"),
            ("prague_district", "ruian"),
            ("district", "ruian"),
            ("district", "cis101"),
            ("district", "cis109"),
            ("district", "name"),
            ("region", "ruian"),
            ("region", "cis100"),
            ("region", "cis108"),
            ("region", "name"),
        ] %}
            select '{{ level }}' as territory_level, '{{ system }}' as system
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- The capital's ORP, POÚ and administrative districts stand in systems of their own.
    current_territories as (
        select territory_level, territory_code
        from {{ ref("territory") }}
        where is_current
        union all
        select 'prague_district' as territory_level, prague_district_code as territory_code
        from {{ ref("stg_csu__prague_districts") }}
        where valid_to is null
    ),

    wanted as (
        select current_territories.*, expected.system
        from current_territories
        inner join expected on current_territories.territory_level = expected.territory_level
        union
        select 'orp' as territory_level, orp_code as territory_code, 'capital' as system
        from {{ ref("territory") }}
        where is_current and municipality_status = 'H' and orp_code is not null
        union
        select 'pou' as territory_level, pou_code as territory_code, 'capital' as system
        from {{ ref("territory") }}
        where is_current and municipality_status = 'H' and pou_code is not null
    )

select wanted.territory_level, wanted.territory_code, wanted.system
from wanted
left join
    {{ ref("territory_crosswalk") }} as crosswalk
    on wanted.territory_level = crosswalk.territory_level
    and wanted.territory_code = crosswalk.territory_code
    and wanted.system = crosswalk.system
where crosswalk.territory_code is null
