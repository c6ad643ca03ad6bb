-- One row per indicator, period and municipality on the list of those that differ from the country
with
    compared as (
        select comparisons.*, catalogue.interval_method
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

    -- A list judges thousands at once, so its probabilities must hold far out: small expected
    -- counts
    -- are judged exactly, with fractions rounded towards the expected.
    assessed as (
        select
            *,
            case
                when difference > 0
                then 1e0 - main.poisson_cdf(floor(numerator) - 1, expected)
                else main.poisson_cdf(ceil(numerator), expected)
            end as tail
        from compared
        where expected < 10
        union all
        select
            *,
            main.normal_upper_tail(
                abs(
                    case
                        when interval_method = 'wilson'
                        then main.proportion_score(numerator, denominator, expected)
                        else main.count_score(numerator, expected)
                    end
                )
            ) as tail
        from compared
        where expected >= 10
    ),

    counted as (
        select
            *,
            least(2e0 * greatest(tail, 0e0), 1e0) as p_value,
            count(*) over (partition by indicator_id, dimension, period) as assessed_municipalities
        from assessed
    ),

    adjusted as ({{ adjusted_p_values("counted", "indicator_id, dimension, period") }}),

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
