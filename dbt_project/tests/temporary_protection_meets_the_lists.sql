{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: persons under temporary protection are those of the lists",
                "remedy": "Compare the edition's rows and sums with the file: persons of unknown place are in the country's total alone.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Counted in the files: all persons, those of a known place, and the municipalities listed.
with
    official as (
        {% for period, persons, placed, municipalities in [
            ("2022-03-30", 243346, 238505, 4128),
            ("2022-05-08", 327702, 322828, 4502),
        ] %}
            select
                '{{ period }}' as period,
                {{ persons }} as persons,
                {{ placed }} as placed,
                {{ municipalities }} as municipalities
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    found as (
        select
            period,
            sum(case when territory_level = 'country' then numerator end) as persons,
            sum(case when territory_level = 'municipality' then numerator end) as placed,
            sum(case when territory_level = 'region' then numerator end) as in_regions,
            count(case when territory_level = 'municipality' then numerator end) as municipalities
        from {{ ref("indicator_value") }}
        where indicator_id = 'temporary_protection'
        group by period
    )

select
    official.*,
    found.persons as found_persons,
    found.placed as found_placed,
    found.in_regions,
    found.municipalities as found_municipalities
from official
inner join found on official.period = found.period
where
    '{{ world() }}' = 'real'
    and (
        found.persons <> official.persons
        or found.placed <> official.placed
        or found.in_regions <> official.placed
        or found.municipalities <> official.municipalities
    )
