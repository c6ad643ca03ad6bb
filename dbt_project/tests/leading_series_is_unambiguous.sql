{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "leading_series: one series leads each period, and every change of series is a declared break",
                "remedy": "Correct the seed leading_series, or add the window to series_break_window with its reason; no difference is taken there either way.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Runs that overlap, and changes of the series that no window covers.
select
    'overlap' as problem,
    earlier.indicator_id,
    earlier.series_id as earlier_series,
    later.series_id as later_series,
    later.period_from as period
from {{ ref("leading_series") }} as earlier
inner join
    {{ ref("leading_series") }} as later
    on earlier.indicator_id = later.indicator_id
    and (
        earlier.period_from < later.period_from
        or (earlier.period_from = later.period_from and earlier.series_id < later.series_id)
    )
    and earlier.rank = later.rank
    and (earlier.period_to is null or earlier.period_to >= later.period_from)
union all
select
    'change without a break' as problem,
    present.indicator_id,
    previous.series_id as earlier_series,
    present.series_id as later_series,
    present.period
from {{ ref("int_leading_period") }} as present
inner join
    {{ ref("int_leading_period") }} as previous
    on present.indicator_id = previous.indicator_id
    and present.dimension = previous.dimension
    and present.previous_period = previous.period
left join
    {{ ref("series_break") }} as windows
    on present.indicator_id = windows.indicator_id
    and present.period > windows.from_period
    and previous.period < coalesce(windows.to_period, '9999')
where
    present.series_id <> previous.series_id and windows.indicator_id is null
    -- depends_on: {{ ref("indicator_value") }}
