-- One row per area and year in which a municipality had moved into or out of it since the last
-- index year
with
    years as (
        select year, lag(year) over (order by year) as previous_year
        from (select distinct year from {{ ref("int_municipality_year") }}) as stated
    ),

    pairs as (
        select
            present.year,
            {% for level in ["pou", "orp", "district", "region"] %}
                previous.{{ level }}_code as previous_{{ level }}_code,
                present.{{ level }}_code as {{ level }}_code
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("int_municipality_year") }} as present
        inner join years on present.year = years.year
        inner join
            {{ ref("int_municipality_year") }} as previous
            on years.previous_year = previous.year
            and present.municipality_code = previous.municipality_code
    )

{% for level in ["pou", "orp", "district", "region"] %}
    select '{{ level }}' as area_level, {{ level }}_code as area_code, year
    from pairs
    where {{ level }}_code <> previous_{{ level }}_code
    union
    select '{{ level }}' as area_level, previous_{{ level }}_code as area_code, year
    from pairs
    where {{ level }}_code <> previous_{{ level }}_code
    {% if not loop.last %}
        union
    {% endif %}
{% endfor %}
