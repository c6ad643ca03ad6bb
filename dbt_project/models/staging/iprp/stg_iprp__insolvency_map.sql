-- One row per municipality and year of the map of personal insolvencies
-- The base of 2022 is that of 2021, and 0 wherever nobody is in distraint; so 2021 is read for
-- both.
{% for year, base_year in [(2018, 2018), (2019, 2019), (2020, 2020), (2021, 2021), (2022, 2021)] %}
    select
        _edition as edition,
        {{ year }} as year,
        municipality_code,
        municipality_name,
        cast(insolvencies_{{ year }} as bigint) as persons,
        cast(insolvencies_men_{{ year }} as bigint) as men,
        cast(insolvencies_women_{{ year }} as bigint) as women,
        cast(insolvencies_couples_{{ year }} as bigint) as couples,
        {% for age in ["18_29", "30_39", "40_49", "50_64", "65_plus"] %}
            cast(insolvencies_age_{{ age }}_{{ year }} as bigint) as persons_{{ age }},
        {% endfor %}
        cast(population_15plus_{{ base_year }} as bigint) as population_15plus
    from {{ source("raw", "iprp__insolvency_map") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
