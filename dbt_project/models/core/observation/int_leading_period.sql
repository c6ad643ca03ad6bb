-- One row per indicator, dimension and period of its leading series, with the period before it
with
    candidates as (
        select distinct
            observations.indicator_id,
            observations.dimension,
            observations.series_id,
            observations.period,
            observations.reference_date,
            leaders.rank
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("leading_series") }} as leaders
            on observations.indicator_id = leaders.indicator_id
            and observations.series_id = leaders.series_id
            and observations.period >= leaders.period_from
            and (leaders.period_to is null or observations.period <= leaders.period_to)
    ),

    -- The first in rank of the series that speak of the period.
    ranked as (
        select
            *,
            row_number() over (
                partition by indicator_id, dimension, period order by rank, series_id
            ) as position
        from candidates
    ),

    periods as (select * from ranked where position = 1)

select
    indicator_id,
    dimension,
    series_id,
    period,
    reference_date,
    lag(series_id) over (
        partition by indicator_id, dimension order by reference_date, period
    ) as previous_series_id,
    lag(period) over (
        partition by indicator_id, dimension order by reference_date, period
    ) as previous_period,
    lag(reference_date) over (
        partition by indicator_id, dimension order by reference_date, period
    ) as previous_reference_date
from periods
