{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_expected: prediction intervals of 95 % hold 92 to 98 % of all ORP left out",
                "remedy": "Look at the residuals of the indicator; an interval that does not hold what it promises must not be published.",
            },
            "dagster": {"ref": {"name": "indicator_expected_quality"}},
        }
    )
}}

-- Of few areas, as in the demo country, the share is too coarse to judge.
select *
from {{ ref("indicator_expected_quality") }}
where territories_with_expectation >= 200 and covered_pct not between 92 and 98
