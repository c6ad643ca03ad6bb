-- One row per territory with a value, indicator, period and benchmark (its region, the country)
with
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
            figures.interval_reason,
            catalogue.multiplier,
            catalogue.interval_method,
            catalogue.polarity,
            relevance.minimum_numerator,
            relevance.minimum_relevant_difference
        from {{ ref("indicator_value") }} as figures
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on figures.indicator_id = catalogue.indicator_id
        left join
            {{ ref("indicator_relevance") }} as relevance
            on figures.indicator_id = relevance.indicator_id
        where
            figures.dimension = 'total'
            and catalogue.value_kind = 'ratio'
            and figures.value is not null
    ),

    days as (select distinct territory_level, territory_code, reference_date from figures),

    -- The region in which a territory lay on the day; none where it lay in several.
    regions as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            reference_date,
            region_code
        from {{ ref("int_municipality_date") }}
        union all
        select
            days.territory_level,
            days.territory_code,
            days.reference_date,
            case
                when days.territory_level = 'region'
                then days.territory_code
                else intervals.region_code
            end as region_code
        from days
        left join
            {{ ref("int_area_interval") }} as intervals
            on days.territory_level = intervals.area_level
            and days.territory_code = intervals.area_code
            and intervals.valid_from <= days.reference_date
            and (intervals.valid_to is null or intervals.valid_to >= days.reference_date)
        where days.territory_level not in ('municipality', 'country')
    ),

    pairs as (
        select figures.*, 'region' as benchmark_level, regions.region_code as benchmark_code
        from figures
        inner join
            regions
            on figures.territory_level = regions.territory_level
            and figures.territory_code = regions.territory_code
            and figures.reference_date = regions.reference_date
        union all
        -- A home knows one country.
        select figures.*, 'country' as benchmark_level, countries.territory_code as benchmark_code
        from figures
        left join
            figures as countries
            on countries.territory_level = 'country'
            and figures.indicator_id = countries.indicator_id
            and figures.period = countries.period
    ),

    beside as (
        select
            pairs.*,
            benchmarks.value as benchmark_value,
            pairs.value - benchmarks.value as difference,
            -- What the territory would count if it were like its benchmark.
            cast(pairs.denominator as double)
            * benchmarks.numerator
            / nullif(benchmarks.denominator, 0) as expected,
            case
                when benchmarks.value is null
                then 'no_benchmark'
                -- It holds the whole base of its benchmark, as the capital does of its region.
                when pairs.denominator = benchmarks.denominator
                then 'own_benchmark'
                when pairs.interval_reason is not null
                then 'no_interval'
                when coalesce(pairs.numerator < pairs.minimum_numerator, true)
                then 'under_minimum'
            end as refusal,
            rank() over among as place,
            count(*) over (
                partition by
                    pairs.territory_level,
                    pairs.indicator_id,
                    pairs.period,
                    pairs.benchmark_level,
                    pairs.benchmark_code
            ) as units
        from pairs
        left join
            figures as benchmarks
            on pairs.benchmark_level = benchmarks.territory_level
            and pairs.benchmark_code = benchmarks.territory_code
            and pairs.indicator_id = benchmarks.indicator_id
            and pairs.period = benchmarks.period
        window
            among as (
                partition by
                    pairs.territory_level,
                    pairs.indicator_id,
                    pairs.period,
                    pairs.benchmark_level,
                    pairs.benchmark_code
                order by pairs.value
            )
    ),

    -- The exact limits are found by iteration, so each small expected count is worked out once.
    sized as (
        select
            *,
            case
                when refusal is null and interval_method <> 'wilson' and expected < 10 then expected
            end as small_expected
        from beside
    ),

    small_limits as (
        select
            small_expected,
            main.poisson_exact_lower(small_expected, {{ var("control_level") }}) as count_lower,
            main.poisson_exact_upper(small_expected, {{ var("control_level") }}) as count_upper
        from (select distinct small_expected from sized where small_expected is not null) as counts
    ),

    limited as (
        {% for side in ["lower", "upper"] %}
            {% set limit %}
                case
                    when sized.refusal is not null
                    then null
                    when sized.interval_method = 'wilson'
                    then
                        sized.multiplier * main.wilson_{{ side }}(
                            sized.expected, sized.denominator, {{ var("control_level") }}
                        )
                    else
                        sized.multiplier * coalesce(
                            small_limits.count_{{ side }},
                            main.byar_{{ side }}(sized.expected, {{ var("control_level") }})
                        )
                        / sized.denominator
                end as control_{{ side }}
            {% endset %}
            {% if loop.first %}
                select sized.*, {% endif %} {{ limit }} {% if loop.first %},{% endif %}
        {% endfor %}
        from sized
        left join small_limits on sized.small_expected = small_limits.small_expected
    ),

    judged as (
        select
            *,
            coalesce(value < control_lower or value > control_upper, false) as is_outside_limits,
            abs(difference) >= minimum_relevant_difference as is_relevant
        from limited
    ),

    directed as (
        select
            *,
            case
                when refusal = 'own_benchmark'
                then null
                when refusal is not null
                then 'unknown'
                when not is_relevant
                then 'within'
                when not is_outside_limits
                then 'unknown'
                when difference > 0
                then 'above'
                else 'below'
            end as direction,
            case
                when refusal is not null
                then refusal
                when is_relevant and not is_outside_limits
                then 'within_chance'
                when is_outside_limits and not is_relevant
                then 'difference_too_small'
            end as reason
        from judged
    )

select
    directed.territory_level,
    directed.territory_code,
    directed.territory_name,
    directed.indicator_id,
    directed.dimension,
    directed.period,
    directed.benchmark_level,
    directed.benchmark_code,
    directed.numerator,
    directed.denominator,
    directed.expected,
    directed.value,
    directed.unit,
    directed.benchmark_value,
    directed.difference,
    cast(directed.minimum_relevant_difference as double) as minimum_relevant_difference,
    directed.control_lower,
    directed.control_upper,
    case
        when directed.refusal is null then cast({{ var("control_level") }} as double)
    end as control_level,
    words.result,
    directed.reason,
    -- The fifth of the units of its level in the benchmark area, 1 with the lowest values; units of
    -- equal value share the lowest rank of theirs, and fewer than five units have no fifths.
    -- A value of too few cases is ranked, so that the others keep their places, but not shown.
    case
        when coalesce(directed.numerator < directed.minimum_numerator, false)
        then null
        when directed.units >= 5 and directed.benchmark_code is not null
        then cast(6 - ceil(5.0 * (directed.units + 1 - directed.place) / directed.units) as integer)
    end as fifth,
    cast(directed.units as integer) as units
from directed
left join
    {{ ref("result_word_catalogue") }} as words
    on words.kind = 'comparison'
    and directed.polarity = words.polarity
    and directed.direction = words.direction
