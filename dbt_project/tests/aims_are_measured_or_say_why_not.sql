-- Aims that no row of aim_indicator speaks of, and rows that name an indicator and deny it, or
-- neither
{{
    config(
        meta={
            "dagster": {"ref": {"name": "aim_indicator"}},
            "agis": {
                "severity": "error",
                "title": "Every aim is measured or says why not",
                "expected": "for each aim its indicators, or one row that says why there is none",
                "remedy": "Complete the seed agency_aim_indicator.",
            },
        }
    )
}}
select aims.aim_id, indicators.indicator_id, indicators.coverage
from {{ ref("cooperation_aim") }} as aims
left join {{ ref("aim_indicator") }} as indicators on aims.aim_id = indicators.aim_id
where
    indicators.aim_id is null
    or (indicators.coverage = 'indicator') <> (indicators.indicator_id is not null)
