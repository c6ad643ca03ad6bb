-- One row per territory and indicator that has at least five periods: the trend of its last five
with
    -- How many periods an indicator has at all: with fewer than five there is nothing to say.
    long_enough as (
        select indicator_id
        from {{ ref("int_leading_period") }}
        where dimension = 'total'
        group by indicator_id
        having count(*) >= 5
    ),

    figures as (
        select
            figures.territory_level,
            figures.territory_code,
            figures.territory_name,
            figures.indicator_id,
            figures.dimension,
            figures.period,
            figures.reference_date,
            figures.numerator,
            figures.denominator,
            figures.value,
            figures.unit,
            figures.interval_lower,
            figures.interval_upper,
            figures.comparability_reason,
            catalogue.value_kind,
            catalogue.polarity,
            relevance.minimum_numerator,
            relevance.minimum_relevant_difference,
            row_number() over (
                partition by figures.territory_level, figures.territory_code, figures.indicator_id
                order by figures.reference_date desc, figures.period desc
            ) as age
        from {{ ref("indicator_value") }} as figures
        inner join long_enough on figures.indicator_id = long_enough.indicator_id
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on figures.indicator_id = catalogue.indicator_id
        left join
            {{ ref("indicator_relevance") }} as relevance
            on figures.indicator_id = relevance.indicator_id
        where figures.dimension = 'total' and figures.value is not null
    ),

    last_five as (
        select
            *,
            max(reference_date) over (partition by indicator_id) as last_known_date,
            cast(year(reference_date) as double) as time,
            main.interval_weight(interval_lower, interval_upper) as weight,
            row_number() over (
                partition by territory_level, territory_code, indicator_id
                order by reference_date, period
            ) as place
        from figures
        where age <= 5
    ),

    runs as (
        select
            territory_level,
            territory_code,
            indicator_id,
            dimension,
            polarity,
            unit,
            minimum_relevant_difference,
            max_by(territory_name, place) as territory_name,
            count(*) as points,
            min_by(period, place) as first_period,
            max_by(period, place) as last_period,
            min_by(value, place) as first_value,
            max_by(value, place) as last_value,
            list(time order by place) as times,
            list(value order by place) as value_list,
            list(weight order by place) as weights,
            count(weight) = count(*) as has_all_weights,
            -- Five yearly points to the last day known: each a year after the one before it.
            max(reference_date) = max(last_known_date)
            and count(distinct year(reference_date)) = count(*)
            and max(year(reference_date)) - min(year(reference_date)) = count(*) - 1
            and count(distinct 100 * month(reference_date) + day(reference_date)) = 1 as is_yearly,
            bool_or(place > 1 and coalesce(comparability_reason, '') = 'series_break') as has_break,
            bool_or(
                place > 1 and coalesce(comparability_reason, '') = 'territory_changed'
            ) as has_changed,
            bool_or(coalesce(numerator < minimum_numerator, true)) as is_small,
            -- Where everybody is counted the figure cannot move.
            bool_or(coalesce(value_kind = 'ratio' and numerator = denominator, false)) as is_whole
        from last_five
        group by
            territory_level,
            territory_code,
            indicator_id,
            dimension,
            polarity,
            unit,
            minimum_relevant_difference
    ),

    allowed as (
        select
            *,
            case
                when points < 5
                then 'fewer_than_five_points'
                when not is_yearly
                then 'not_yearly'
                when not has_all_weights
                then 'no_interval'
                when has_break
                then 'series_break'
                when has_changed
                then 'territory_changed'
                when is_small
                then 'under_minimum'
                when is_whole
                then 'all_of_base'
            end as refusal
        from runs
    ),

    fitted as (
        select
            *,
            case
                when refusal is null then main.weighted_slope(times, value_list, weights)
            end as slope,
            case
                when refusal is null
                then main.weighted_slope_chi_squared(times, value_list, weights)
            end as chi_squared,
            case
                when refusal is null then main.is_slope_sign_stable(times, value_list, weights)
            end as is_sign_stable
        from allowed
    ),

    -- The quantile of chi-squared with 1 degree of freedom is the square of the normal one.
    judged as (
        select
            *,
            case
                when refusal is not null
                then refusal
                when
                    chi_squared
                    <= pow(main.normal_quantile(0.5 + {{ var("control_level") }} / 2), 2)
                then 'within_chance'
                when not is_sign_stable
                then 'one_point_decides'
                when abs(slope) * 4 < coalesce(minimum_relevant_difference, 0)
                then 'difference_too_small'
            end as reason
        from fitted
    ),

    directed as (
        select
            *,
            case
                when refusal is not null
                then 'unknown'
                when reason is not null
                then 'flat'
                when slope > 0
                then 'rising'
                else 'falling'
            end as direction
        from judged
    )

select
    directed.territory_level,
    directed.territory_code,
    directed.territory_name,
    directed.indicator_id,
    directed.dimension,
    directed.first_period,
    directed.last_period,
    cast(directed.points as integer) as points,
    directed.first_value,
    directed.last_value,
    directed.unit,
    directed.slope as slope_per_year,
    directed.chi_squared,
    directed.is_sign_stable,
    directed.direction,
    words.result,
    directed.reason
from directed
left join
    {{ ref("result_word_catalogue") }} as words
    on words.kind = 'trend'
    and directed.polarity = words.polarity
    and directed.direction = words.direction
