{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: inhabitants of the country are those the statistical office states",
                "remedy": "Compare the edition's row count and sum with the official table; a lost or doubled municipality shows there.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Totals and numbers of units as published; a date whose edition is not at hand is not judged.
with
    official as (
        {% for period, population, units in [
            ("2004-01-01", 10211455, 6249),
            ("2017-01-01", 10578820, 6258),
            ("2020-01-01", 10693939, 6258),
            ("2024-01-01", 10900555, 6258),
            ("2026-01-01", 10915839, 6258),
        ] %}
            select '{{ period }}' as period, {{ population }} as population, {{ units }} as units
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    found as (
        select
            period,
            sum(case when territory_level = 'country' then value end) as population,
            sum(case when territory_level = 'municipality' then value end) as population_of_units,
            sum(case when territory_level = 'municipality' then 1 else 0 end) as units
        from {{ ref("indicator_value") }}
        where indicator_id = 'population'
        group by period
    )

select
    official.period,
    official.population,
    official.units,
    found.population as found_population,
    found.population_of_units,
    found.units as found_units
from official
inner join found on official.period = found.period
where
    '{{ world() }}' = 'real'
    and (
        found.population is null
        or found.population <> official.population
        or found.population_of_units <> official.population
        or found.units <> official.units
    )
