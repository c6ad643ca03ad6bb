-- One row per target of a partner's strategy: the latest figure up to its deadline, and what it
-- tells
with
    targets as (select * from {{ ref("agency_strategy_target") }} where world = '{{ world() }}'),

    -- Periods of one indicator are written alike, so they can be compared as text.
    figures as (
        select
            targets.target_id,
            figures.period,
            figures.reference_date,
            figures.value,
            figures.reliability,
            figures.comparability_reason,
            row_number() over (
                partition by targets.target_id
                order by figures.reference_date desc, figures.period desc
            ) as place
        from targets
        inner join
            {{ ref("indicator_value") }} as figures
            on targets.territory_level = figures.territory_level
            and targets.territory_code = figures.territory_code
            and targets.indicator_id = figures.indicator_id
            and figures.dimension = 'total'
            and figures.period > targets.baseline_period
            and figures.reference_date <= targets.deadline
            and figures.value is not null
    ),

    -- One break anywhere between baseline and latest figure is enough; the first names it.
    incomparable as (
        select target_id, comparability_reason
        from
            (
                select
                    target_id,
                    comparability_reason,
                    row_number() over (partition by target_id order by place desc) as place
                from figures
                where comparability_reason is not null
            ) as breaks
        where place = 1
    ),

    known as (
        select
            targets.*,
            latest.period as latest_period,
            latest.reference_date as latest_reference_date,
            latest.value as latest_value,
            baseline.value as published_baseline_value,
            case
                when latest.target_id is null
                then 'no_figure'
                when baseline.value is null
                then 'no_figure_of_baseline'
                when incomparable.target_id is not null
                then incomparable.comparability_reason
                when latest.reliability = 'low'
                then 'low_reliability'
            end as outcome_reason
        from targets
        left join figures as latest on targets.target_id = latest.target_id and latest.place = 1
        left join incomparable on targets.target_id = incomparable.target_id
        left join
            {{ ref("indicator_value") }} as baseline
            on targets.territory_level = baseline.territory_level
            and targets.territory_code = baseline.territory_code
            and targets.indicator_id = baseline.indicator_id
            and targets.baseline_period = baseline.period
            and baseline.dimension = 'total'
    )

select
    target_id,
    partner_id,
    document_id,
    indicator_id,
    territory_level,
    territory_code,
    baseline_period,
    baseline_value,
    published_baseline_value,
    direction,
    target_value,
    deadline,
    latest_period,
    latest_reference_date,
    latest_value,
    case
        when outcome_reason is not null
        then 'cannot_tell'
        when direction = 'at_most' and latest_value <= target_value
        then 'reached'
        when direction = 'at_least' and latest_value >= target_value
        then 'reached'
        else 'not_reached'
    end as outcome,
    outcome_reason
from known
