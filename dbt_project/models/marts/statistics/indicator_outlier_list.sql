-- One row per indicator, period and municipality on the list of those that differ from the country
with
    assessed as (
        select
            comparisons.*,
            case
                -- A list judges thousands at once, so its probabilities must hold far out: small
                -- expected counts are judged exactly, with fractions rounded towards the expected.
                when comparisons.expected < 10 and comparisons.difference > 0
                then 1e0 - main.poisson_cdf(floor(comparisons.numerator) - 1, comparisons.expected)
                when comparisons.expected < 10
                then main.poisson_cdf(ceil(comparisons.numerator), comparisons.expected)
                when catalogue.interval_method = 'wilson'
                then
                    main.normal_upper_tail(
                        abs(
                            main.proportion_score(
                                comparisons.numerator, comparisons.denominator, comparisons.expected
                            )
                        )
                    )
                else
                    main.normal_upper_tail(
                        abs(main.count_score(comparisons.numerator, comparisons.expected))
                    )
            end as tail
        from {{ ref("indicator_comparison") }} as comparisons
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on comparisons.indicator_id = catalogue.indicator_id
        where
            comparisons.territory_level = 'municipality'
            and comparisons.benchmark_level = 'country'
            and comparisons.expected > 0
            and coalesce(comparisons.reason, '')
            not in ('own_benchmark', 'no_benchmark', 'no_interval')
    ),

    ranked as (
        select
            *,
            least(2e0 * greatest(tail, 0e0), 1e0) as p_value,
            -- Equal probabilities share the highest of their ranks.
            cume_dist() over (
                partition by indicator_id, dimension, period order by tail
            ) as rank_share,
            count(*) over (partition by indicator_id, dimension, period) as assessed_municipalities
        from assessed
    ),

    -- Benjamini and Hochberg: the smallest p-value times number over rank from here upwards.
    adjusted as (
        select
            *,
            min(least(p_value / rank_share, 1e0)) over (
                partition by indicator_id, dimension, period
                order by tail desc
                range between unbounded preceding and current row
            ) as adjusted_p_value
        from ranked
    ),

    listed as (
        select *
        from adjusted
        where
            adjusted_p_value <= {{ var("list_false_discovery_rate") }}
            and coalesce(reason, '') <> 'under_minimum'
            and abs(difference) >= minimum_relevant_difference
    )

select
    indicator_id,
    dimension,
    period,
    territory_code as municipality_code,
    territory_name as municipality_name,
    numerator,
    denominator,
    expected,
    value,
    benchmark_value,
    difference,
    unit,
    case when difference > 0 then 'above' else 'below' end as direction,
    p_value,
    adjusted_p_value,
    cast({{ var("list_false_discovery_rate") }} as double) as false_discovery_rate,
    cast(assessed_municipalities as integer) as assessed_municipalities,
    cast(
        row_number() over (
            partition by indicator_id, dimension, period, difference > 0
            order by p_value, abs(difference) desc, territory_code
        ) as integer
    ) as place
from listed
