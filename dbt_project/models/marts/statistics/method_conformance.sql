-- One row per method, case and quantity: what the production code computes beside a known figure
with
    -- The values of case T1: five years with their 95 % limits.
    trend_points as (
        select
            [2014e0, 2015e0, 2016e0, 2017e0, 2018e0] as times,
            [24.67e0, 24.6e0, 28e0, 30.2e0, 30.6e0] as value_list,
            [
                main.interval_weight(23.16, 26.25),
                main.interval_weight(23.15, 26.19),
                main.interval_weight(26.44, 29.64),
                main.interval_weight(28.63, 31.9),
                main.interval_weight(28.98, 32.25)
            ] as weights
    ),

    -- The p-values of case H1.
    p_values as (
        select 1 as family, p_value
        from
            (
                {% for p_value in [
                    "0.0001",
                    "0.0004",
                    "0.0019",
                    "0.0095",
                    "0.0201",
                    "0.0278",
                    "0.0298",
                    "0.0344",
                    "0.0459",
                    "0.3240",
                    "0.4262",
                    "0.5719",
                    "0.6528",
                    "0.7590",
                    "1.0",
                ] %}
                    select {{ p_value }}e0 as p_value
                    {% if not loop.last %}
                        union all
                    {% endif %}
                {% endfor %}
            ) as listed
    ),

    adjusted as ({{ adjusted_p_values("p_values", "family") }}),

    index_rows as (
        select *
        from {{ ref("social_exclusion_index") }}
        where '{{ world() }}' = 'real' and year = 2023
    ),

    shares as (
        select
            figures.territory_level, figures.territory_code, figures.numerator, figures.denominator
        from {{ ref("indicator_value") }} as figures
        where
            '{{ world() }}' = 'real'
            and figures.indicator_id = 'distraint'
            and figures.dimension = 'total'
            and figures.period = '2023'
            and figures.territory_code in ('567337', 'CZ042', 'CZ')
    ),

    -- Each function is called once over all of its cases: every call in the text costs planning.
    wilson_cases as (
        select *
        from
            (
                values
                    ('W1', 65, 100, 0.95e0),
                    ('W2', 1045, 5000, 0.95e0),
                    ('W3', 65, 100, 0.998e0),
                    ('N1', 81, 263, 0.95e0),
                    ('N2', 15, 148, 0.95e0),
                    ('N3', 0, 20, 0.95e0),
                    ('N4', 1, 29, 0.95e0)
            ) as cases(case_id, x, n, level)
    ),

    byar_cases as (
        select * from (values ('B1', 65, 0.95e0), ('B4', 1, 0.998e0)) as cases(case_id, x, level)
    ),

    poisson_cases as (
        select *
        from
            (
                values
                    ('E1', 1),
                    ('P0', 0),
                    ('P2', 2),
                    ('P3', 3),
                    ('P5', 5),
                    ('P10', 10),
                    ('P100', 100)
            ) as cases(case_id, x)
    ),

    quantile_cases as (
        select * from (values ('Q1', 0.25e0), ('Q2', 0.001e0), ('Q3', 1e-20)) as cases(case_id, p)
    ),

    -- As indicator_comparison: Wilson's limits around the benchmark.
    limit_cases as (
        select *
        from
            (
                values
                    ('S1', '95 %', 0.077065767284991562e0, 5930, 0.089611086876279327e0, 0.95e0),
                    ('S1', '99.8 %', 0.077065767284991562e0, 5930, 0.089611086876279327e0, 0.998e0),
                    ('S3', '95 %', 0.12474645030425965e0, 1972, 0.089611086876279327e0, 0.95e0),
                    ('S3', '99.8 %', 0.12474645030425965e0, 1972, 0.089611086876279327e0, 0.998e0),
                    ('S4', '95 %', 0.109783420463032e0, 1339, 0.128379546895717e0, 0.95e0),
                    ('S4', '99.8 %', 0.109783420463032e0, 1339, 0.128379546895717e0, 0.998e0)
            ) as cases(case_id, level_name, p, n, benchmark, level)
    ),

    computed as (
        {% for side in ["lower", "upper"] %}
            select
                case_id, '{{ side }}' as quantity, main.wilson_{{ side }} (x, n, level) as computed
            from wilson_cases
            union all
            select case_id, '{{ side }}', main.byar_{{ side }} (x, level)
            from byar_cases
            union all
            select case_id, '{{ side }}', main.poisson_exact_{{ side }} (x, 0.95e0)
            from poisson_cases
            union all
        {% endfor %}
        select
            case_id, 'is_missing', case when main.byar_lower(x, level) is null then 1e0 else 0e0 end
        from byar_cases
        union all
        select case_id, 'value', main.normal_quantile(p)
        from quantile_cases
        union all
        select
            case_id,
            concat('side at ', level_name),
            case
                when p > main.wilson_upper(n * benchmark, n, level)
                then 1e0
                when p < main.wilson_lower(n * benchmark, n, level)
                then -1e0
                else 0e0
            end
        from limit_cases
        union all
        select 'T1', 'chi_squared', main.weighted_slope_chi_squared(times, value_list, weights)
        from trend_points
        union all
        select 'T4', 'threshold', pow(main.normal_quantile(0.5 + {{ var("control_level") }} / 2), 2)
        union all
        select 'H1', 'listed', cast(count(*) as double)
        from adjusted
        where adjusted_p_value <= 0.05
        union all
        select 'V2', 'share_pct', 100e0 * own.numerator / own.denominator
        from shares as own
        where own.territory_code = '567337'
        union all
        select
            'V2',
            'value',
            main.isv_lq(
                own.numerator,
                own.denominator,
                region.numerator,
                region.denominator,
                country.numerator,
                country.denominator
            )
        from shares as own
        inner join
            shares as region
            on region.territory_level = 'region'
            and region.territory_code = 'CZ042'
        inner join shares as country on country.territory_level = 'country'
        where own.territory_code = '567337'
        union all
        select 'V3', concat('band_', bands.band_id), cast(count(index_rows.index_points) as double)
        from {{ ref("index_band") }} as bands
        inner join
            index_rows on index_rows.index_points between bands.points_from and bands.points_to
        group by bands.band_id
    )

select
    oracles.method,
    oracles.case_id,
    oracles.origin,
    oracles.quantity,
    oracles.input,
    cast(oracles.expected as double) as expected,
    computed.computed,
    computed.computed - oracles.expected as difference,
    cast(oracles.tolerance as double) as tolerance,
    coalesce(
        abs(computed.computed - oracles.expected)
        <= oracles.tolerance
        * greatest(1, case when oracles.tolerance < 1e-9 then abs(oracles.expected) else 1 end),
        false
    ) as is_met,
    oracles.source
from {{ ref("method_oracle") }} as oracles
left join computed on oracles.case_id = computed.case_id and oracles.quantity = computed.quantity
-- What rests on real places is computed in the real world only.
where oracles.method not in ('isv_lq', 'isv_band') or '{{ world() }}' = 'real'
