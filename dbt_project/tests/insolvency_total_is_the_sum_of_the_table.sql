{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "stg_iprp__insolvency_map: persons in personal insolvency are those of the table, year by year",
                "remedy": "Compare the column of the year with the file; a column read for another year shows here.",
            }
        }
    )
}}

-- Sums of the table's own columns, so that no year is read for another.
with
    official as (
        {% for year, persons in [
            (2018, 114292),
            (2019, 116137),
            (2020, 114876),
            (2021, 114054),
            (2022, 109571),
        ] %}
            select {{ year }} as year, {{ persons }} as persons
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    found as (
        select year, sum(persons) as persons
        from {{ ref("stg_iprp__insolvency_map") }}
        where '{{ world() }}' = 'real' and edition = '2018-2022'
        group by year
    )

select official.year, official.persons, found.persons as found_persons
from official
inner join found on official.year = found.year
where found.persons <> official.persons
