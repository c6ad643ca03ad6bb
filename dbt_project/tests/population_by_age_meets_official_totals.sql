{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: inhabitants by age are those the statistical office states",
                "remedy": "Compare the two files' bands with the figures named here; a band read for another shows here.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Cheb as DataStat states it (OBY02E, 2020), and the country as publication 130072 does for the
-- next
-- day.
with
    official as (
        {% for level, code, dimension, inhabitants in [
            ("municipality", "554481", "total", 31920),
            ("municipality", "554481", "age_0_14", 5016),
            ("municipality", "554481", "age_15_64", 20577),
            ("municipality", "554481", "age_65_plus", 6327),
            ("country", "CZ", "total", 10701777),
        ] %}
            select
                '{{ level }}' as territory_level,
                '{{ code }}' as territory_code,
                '{{ dimension }}' as dimension,
                {{ inhabitants }} as inhabitants
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select official.*, found.value
from official
inner join
    {{ ref("indicator_value") }} as found
    on official.territory_level = found.territory_level
    and official.territory_code = found.territory_code
    and official.dimension = found.dimension
    and found.indicator_id = 'population_by_age'
    and found.period = '2020-12-31'
where '{{ world() }}' = 'real' and found.value <> official.inhabitants
