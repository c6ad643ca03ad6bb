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
    )

select territory.territory_level, territory.territory_code, expected.system
from {{ ref("territory") }} as territory
inner join expected on territory.territory_level = expected.territory_level
left join
    {{ ref("territory_crosswalk") }} as crosswalk
    on territory.territory_level = crosswalk.territory_level
    and territory.territory_code = crosswalk.territory_code
    and expected.system = crosswalk.system
where territory.is_current and crosswalk.territory_code is null
