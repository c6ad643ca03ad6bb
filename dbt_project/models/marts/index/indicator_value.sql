-- One row per territory, indicator, dimension and period
with
    -- Only the leading series of each period; source_comparison has the others.
    cells as (
        select
            figures.*,
            lag(figures.series_id) over history as previous_series_id,
            lag(figures.period) over history as previous_period,
            lag(figures.reference_date) over history as previous_reference_date
        from {{ ref("int_figure") }} as figures
        inner join
            {{ ref("int_leading_period") }} as leaders
            on figures.series_id = leaders.series_id
            and figures.dimension = leaders.dimension
            and figures.period = leaders.period
        window
            history as (
                partition by
                    figures.territory_level,
                    figures.territory_code,
                    figures.indicator_id,
                    figures.dimension
                order by figures.reference_date, figures.period
            )
    ),

    -- A count is its own value, a given value the source's; all others are a ratio, divided last.
    valued as (
        select
            cells.*,
            cast(cells.numerator_parts as double) / cells.parts_per_unit as numerator,
            catalogue.multiplier,
            catalogue.unit,
            catalogue.value_kind,
            catalogue.interval_method,
            {{ indicator_figure("cells", "catalogue") }} as value,
            case
                when cells.observation_status not in ('observed', 'estimated')
                then cells.observation_status
                when catalogue.value_kind = 'given'
                then 'given_by_source'
                when
                    catalogue.interval_method = 'none'
                    and (
                        catalogue.value_kind = 'count'
                        -- A part of all inhabitants is as complete as their number.
                        or (catalogue.theme = 'population' and catalogue.is_proportion)
                    )
                then 'complete_count'
                when cells.denominator = 0
                then 'base_zero'
                when catalogue.interval_method = 'none'
                then 'no_model'
            end as interval_reason
        from cells
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on cells.indicator_id = catalogue.indicator_id
    ),

    -- The exact Poisson interval is found by iteration, so each small count is worked out once.
    small_counts as (
        select distinct numerator_parts, parts_per_unit
        from valued
        where interval_method = 'poisson' and numerator < 10
    ),

    small_intervals as (
        select
            numerator_parts,
            parts_per_unit,
            main.poisson_exact_lower(
                cast(numerator_parts as double) / parts_per_unit, {{ var("interval_level") }}
            ) as count_lower,
            main.poisson_exact_upper(
                cast(numerator_parts as double) / parts_per_unit, {{ var("interval_level") }}
            ) as count_upper
        from small_counts
    ),

    bounded as (
        select
            valued.*,
            case
                when valued.interval_reason is not null
                then null
                when valued.interval_method = 'wilson'
                then
                    valued.multiplier * main.wilson_lower(
                        valued.numerator, valued.denominator, {{ var("interval_level") }}
                    )
                else
                    valued.multiplier * coalesce(
                        small_intervals.count_lower,
                        main.byar_lower(valued.numerator, {{ var("interval_level") }})
                    )
                    / coalesce(valued.denominator, 1)
            end as interval_lower,
            case
                when valued.interval_reason is not null
                then null
                when valued.interval_method = 'wilson'
                then
                    valued.multiplier * main.wilson_upper(
                        valued.numerator, valued.denominator, {{ var("interval_level") }}
                    )
                else
                    valued.multiplier * coalesce(
                        small_intervals.count_upper,
                        main.byar_upper(valued.numerator, {{ var("interval_level") }})
                    )
                    / coalesce(valued.denominator, 1)
            end as interval_upper
        from valued
        left join
            small_intervals
            on valued.interval_method = 'poisson'
            and valued.numerator_parts = small_intervals.numerator_parts
            and valued.parts_per_unit = small_intervals.parts_per_unit
    ),

    national as (
        select territory_code as country_code, indicator_id, dimension, period, value
        from valued
        where territory_level = 'country'
    ),

    -- Periods of one indicator are written alike, so they can be compared as text.
    breaks as (
        select distinct neighbours.indicator_id, neighbours.period, neighbours.previous_period
        from (select distinct indicator_id, period, previous_period from cells) as neighbours
        inner join
            {{ ref("series_break") }} as windows
            on neighbours.indicator_id = windows.indicator_id
            and neighbours.period > windows.from_period
            and neighbours.previous_period < coalesce(windows.to_period, '9999')
    ),

    compared as (
        select
            bounded.*,
            case
                when bounded.previous_period is null
                then 'first_period'
                -- A trend never mixes series, declared as a break or not.
                when breaks.period is not null or bounded.series_id <> bounded.previous_series_id
                then 'series_break'
                when recomposed.reference_date is not null
                then 'territory_changed'
            end as comparability_reason,
            -- Half of the interval's width, against the larger of the own and the national value:
            -- a small place with value 0 is judged by what is usual, not by a division by 0.
            (bounded.interval_upper - bounded.interval_lower)
            / 2
            / nullif(greatest(bounded.value, coalesce(national.value, 0)), 0) as relative_half_width
        from bounded
        left join
            national
            on bounded.country_code = national.country_code
            and bounded.indicator_id = national.indicator_id
            and bounded.dimension = national.dimension
            and bounded.period = national.period
        left join
            breaks
            on bounded.indicator_id = breaks.indicator_id
            and bounded.period = breaks.period
            and bounded.previous_period = breaks.previous_period
        left join
            {{ ref("int_area_recomposition") }} as recomposed
            on bounded.territory_level = recomposed.area_level
            and bounded.territory_code = recomposed.area_code
            and bounded.reference_date = recomposed.reference_date
            and bounded.previous_reference_date = recomposed.previous_reference_date
    )

select
    territory_level,
    territory_code,
    territory_name,
    indicator_id,
    dimension,
    period,
    reference_date,
    numerator,
    denominator,
    value,
    unit,
    interval_lower,
    interval_upper,
    case
        when interval_reason is null then cast({{ var("interval_level") }} as double)
    end as interval_level,
    interval_reason,
    -- SDMX: A normal value, E estimated by the source, M no value can exist, O the source should
    -- have one and has not.
    case
        when observation_status not in ('observed', 'estimated', 'no_school')
        then 'O'
        when value is null
        then 'M'
        when observation_status = 'estimated'
        then 'E'
        else 'A'
    end as obs_status,
    'F' as conf_status,
    case
        when value is null
        then 'none'
        when interval_reason = 'complete_count'
        then 'high'
        when interval_method = 'none'
        then 'unknown'
        when relative_half_width <= {{ var("reliability_high_up_to") }}
        then 'high'
        when relative_half_width <= {{ var("reliability_medium_up_to") }}
        then 'medium'
        else 'low'
    end as reliability,
    source_quality,
    value_origin,
    series_id,
    source_dataset,
    source_edition,
    comparability_reason is null as is_comparable_with_previous,
    comparability_reason
from compared
