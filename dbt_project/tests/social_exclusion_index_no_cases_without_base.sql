{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "social_exclusion_index: nobody is counted where nobody lives, and no part exceeds its whole",
                "remedy": "Look the municipality up in the workbook; the count or the base of the row is wrong, or belongs to another place.",
            },
        }
    )
}}

select municipality_code, municipality_name, year
from {{ ref("social_exclusion_index") }}
where
    population_15_64 > population_15plus
    {% for indicator, share in index_inputs() %}
        or ({{ indicator }}_base = 0 and {{ indicator }}_count > 0)
        or {{ indicator }}_count > {{ indicator }}_base
    {% endfor %}
