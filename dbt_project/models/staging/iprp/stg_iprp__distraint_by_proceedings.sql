-- One row per municipality, year and number of proceedings of a person in the map of distraints
{% set years = [
    (2017, ["1", "2", "3_9", "10_29", "30plus"]),
    (2019, ["1", "2", "3_9", "10_29", "30plus"]),
    (2021, ["10plus"]),
    (2022, ["1", "2", "3_9", "10_29", "30plus"]),
] %}
{% for year, bands in years %}
    {% set last_year = loop.last %}
    {% for band in bands %}
        select
            _edition as edition,
            {{ year }} as year,
            municipality_code,
            '{{ band | replace("plus", "_plus") }}' as proceedings,
            cast(persons_with_{{ band }}_proceedings_{{ year }} as bigint) as persons
        from {{ source("raw", "iprp__distraint_map_2022") }}
        {% if not (loop.last and last_year) %}
            union all
        {% endif %}
    {% endfor %}
{% endfor %}
