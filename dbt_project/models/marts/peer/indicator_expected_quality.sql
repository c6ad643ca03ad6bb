-- One row per indicator of indicator_expected: how well the expectation foretold what it had not
-- seen
select
    indicator_id,
    period,
    cast(count(*) as integer) as territories,
    cast(count(expected_value) as integer) as territories_with_expectation,
    100.0
    * count(*) filter (where value between prediction_lower and prediction_upper)
    / nullif(count(expected_value), 0) as covered_pct,
    -- How much of the differences between ORP the structure foretells; under 0 it is no help.
    round(
        100 * (
            1
            - sum(power(value - expected_value, 2) order by territory_code)
            / nullif(
                var_pop(value order by territory_code) filter (where expected_value is not null)
                * count(expected_value),
                0
            )
        ),
        6
    ) as foretold_pct
from {{ ref("indicator_expected") }}
group by indicator_id, period
