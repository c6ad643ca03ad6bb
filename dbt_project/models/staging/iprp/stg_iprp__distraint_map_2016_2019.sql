-- One row per municipality and year of the map of distraints 2016, 2017 and 2019
-- 2016 has no persons by age.
{% for year in [2016, 2017, 2019] %}
    select
        _edition as edition,
        {{ year }} as year,
        municipality_code,
        municipality_name,
        cast(persons_in_distraint_{{ year }} as bigint) as persons,
        {% for age, column in [
            ("under_18", "minors"),
            ("18_29", "persons_18_29"),
            ("65_plus", "persons_65plus"),
        ] %}
            {% if year == 2016 %} cast(null as bigint)
            {% else %} cast({{ column }}_in_distraint_{{ year }} as bigint)
            {% endif %} as persons_{{ age }},
        {% endfor %}
        cast(distraint_proceedings_{{ year }} as bigint) as proceedings,
        cast(population_15plus_{{ year }} as bigint) as population_15plus
    from {{ source("raw", "iprp__distraint_map_2016_2019") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
