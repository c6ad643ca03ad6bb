{#- Inhabitants by age in three groups: two files share one layout, by the size of the place. -#}
{% macro population_by_age(relation, prefix) %}
    select
        _edition as edition,
        {{ parse_date("_reference_date") }} as reference_date,
        municipality_code,
        municipality_name,
        case sex when 'muži' then 'men' when 'ženy' then 'women' else 'total' end as sex,
        cast(population as bigint) as population,
        {% for group, bands in [
            ("0_14", ["0_4", "5_9", "10_14"]),
            (
                "15_64",
                [
                    "15_19",
                    "20_24",
                    "25_29",
                    "30_34",
                    "35_39",
                    "40_44",
                    "45_49",
                    "50_54",
                    "55_59",
                    "60_64",
                ],
            ),
            ("65_plus", ["65_69", "70_74", "75_79", "80_84", "85_plus"]),
        ] %}
            {% for band in bands %}
                cast({{ prefix }}{{ band }} as bigint) {%- if not loop.last %} +{% endif %}
            {% endfor %} as population_{{ group }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ relation }}
{% endmacro %}
