-- One row per indicator and period of its leading series, with the period before it
with
    periods as (
        select distinct
            observations.indicator_id,
            observations.series_id,
            observations.period,
            observations.reference_date
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("leading_series") }} as leaders
            on observations.indicator_id = leaders.indicator_id
            and observations.series_id = leaders.series_id
            and observations.period >= leaders.period_from
            and (leaders.period_to is null or observations.period <= leaders.period_to)
    )

select
    indicator_id,
    series_id,
    period,
    reference_date,
    lag(period) over (partition by indicator_id order by reference_date, period) as previous_period,
    lag(reference_date) over (
        partition by indicator_id order by reference_date, period
    ) as previous_reference_date
from periods
