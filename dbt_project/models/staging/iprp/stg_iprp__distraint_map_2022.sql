-- One row per municipality and year of the map of distraints 2016 to 2022
-- The base of 2022 is that of 2021, and 0 wherever nobody is in distraint; so 2021 is read for
-- both. 2016 and 2021 have no persons by age.
{% for year, base_year in [(2016, 2016), (2017, 2017), (2019, 2019), (2021, 2021), (2022, 2021)] %}
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
            {% if year in [2016, 2021] %} cast(null as bigint)
            {% else %} cast({{ column }}_in_distraint_{{ year }} as bigint)
            {% endif %} as persons_{{ age }},
        {% endfor %}
        -- By number of proceedings: all classes in three years, only ten and more in 2021.
        {% if year in [2017, 2019, 2022] %}
            cast(persons_with_3_9_proceedings_{{ year }} as bigint)
            + cast(persons_with_10_29_proceedings_{{ year }} as bigint)
            + cast(persons_with_30plus_proceedings_{{ year }} as bigint) as persons_with_3_plus,
            cast(persons_with_10_29_proceedings_{{ year }} as bigint)
            + cast(persons_with_30plus_proceedings_{{ year }} as bigint) as persons_with_10_plus,
        {% elif year == 2021 %}
            cast(null as bigint) as persons_with_3_plus,
            cast(persons_with_10plus_proceedings_{{ year }} as bigint) as persons_with_10_plus,
        {% else %}
            cast(null as bigint) as persons_with_3_plus,
            cast(null as bigint) as persons_with_10_plus,
        {% endif %}
        cast(distraint_proceedings_{{ year }} as bigint) as proceedings,
        cast(population_15plus_{{ base_year }} as bigint) as population_15plus
    from {{ source("raw", "iprp__distraint_map_2022") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
