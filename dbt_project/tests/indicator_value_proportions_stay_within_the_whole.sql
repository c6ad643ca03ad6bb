{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: no proportion counts more than its base",
                "remedy": "Compare count and base with the source; a swapped municipality is left out by int_distraint_doubt.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

select
    figures.territory_level,
    figures.territory_code,
    figures.indicator_id,
    figures.dimension,
    figures.period,
    figures.numerator,
    figures.denominator
from {{ ref("indicator_value") }} as figures
inner join
    {{ ref("indicator_catalogue") }} as catalogue on figures.indicator_id = catalogue.indicator_id
where catalogue.is_proportion and figures.numerator > figures.denominator
