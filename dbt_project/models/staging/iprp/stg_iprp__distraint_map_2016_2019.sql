-- One row per municipality and year of the map of distraints 2016, 2017 and 2019
{% for year in [2016, 2017, 2019] %}
    select
        _edition as edition,
        {{ year }} as year,
        municipality_code,
        municipality_name,
        cast(persons_in_distraint_{{ year }} as bigint) as persons,
        cast(distraint_proceedings_{{ year }} as bigint) as proceedings,
        cast(population_15plus_{{ year }} as bigint) as population_15plus
    from {{ source("raw", "iprp__distraint_map_2016_2019") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
