-- One row per municipality, year and number of proceedings of a person in the map of distraints
{% set years = [
    (2017, ["1", "2", "3_9", "10_29", "30plus"]),
    (2019, ["1", "2", "3_9", "10_29", "30plus"]),
    (2021, ["10plus"]),
    (2022, ["1", "2", "3_9", "10_29", "30plus"]),
] %}
select
    tables._edition as edition,
    bands.year,
    tables.municipality_code,
    bands.proceedings,
    cast(
        case
            {% for year, names in years %}
                {% for name in names %}
                    when
                        bands.year = {{ year }}
                        and bands.proceedings = '{{ name | replace("plus", "_plus") }}'
                    then persons_with_{{ name }}_proceedings_{{ year }}
                {% endfor %}
            {% endfor %}
        end as bigint
    ) as persons
from {{ source("raw", "iprp__distraint_map_2022") }} as tables
cross join
    (
        values
            {% for year, names in years %}
                {% set last_year = loop.last %}
                {% for name in names %}
                    ({{ year }}, '{{ name | replace("plus", "_plus") }}')
                    {%- if not (loop.last and last_year) %},{% endif %}
                {% endfor %}
            {% endfor %}
    ) as bands(year, proceedings)
