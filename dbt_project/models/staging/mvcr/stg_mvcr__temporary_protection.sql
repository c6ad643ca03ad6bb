-- One row per municipality or town part with persons under temporary protection, and day
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    region_name,
    district_name,
    municipality_code,
    municipality_name,
    municipality_part,
    municipality_code is null and municipality_name is null as is_place_unknown,
    -- The first edition counts special permits, without codes, and bands its youngest under 6.
    men_under_6 is not null as is_special_permit,
    -- An empty cell counts nobody.
    {% for group, sexes, ages in [
        (
            "women",
            ["women"],
            ["under_3", "3_5", "6_14", "15_17", "18_64", "65plus"],
        ),
        (
            "children",
            ["men", "women", "unknown_sex"],
            ["under_3", "3_5", "6_14", "15_17"],
        ),
    ] %}
        {% for sex in sexes %}
            {% set last_sex = loop.last %}
            {% for age in ages %}
                coalesce(cast({{ sex }}_{{ age }} as bigint), 0)
                {%- if not (last_sex and loop.last) %} +{% endif %}
            {% endfor %}
        {% endfor %} as {{ group }},
    {% endfor %}
    cast(persons as bigint) as persons
from {{ source("raw", "mvcr__temporary_protection") }}
