{#-
    Statistics as macros of the database itself, so that one definition serves the models and everybody
    who queries the published file. Plain arithmetic: no extension is needed.
-#}
{% macro create_statistics_functions() %}
    {{ return(adapter.dispatch("create_statistics_functions")()) }}
{% endmacro %}

{% macro default__create_statistics_functions() %}
-- fmt: off
-- Horner's rule; coefficients from the highest power down. A macro is pasted, not called: a
-- lambda over a list of one, as below, binds a value that is needed many times.
create or replace macro main._polynomial(coefficients, r) as
    list_reduce(coefficients, lambda _sum, _coefficient: _sum * r + _coefficient);

-- The parts of AS 241 (Wichura 1988, PPND16): near the middle, and in the tails.
create or replace macro main._normal_quantile_middle(q) as
    q
    * main._polynomial(
        [
            2.5090809287301226727E+3, 3.3430575583588128105E+4,
            6.7265770927008700853E+4, 4.5921953931549871457E+4,
            1.3731693765509461125E+4, 1.9715909503065514427E+3,
            1.3314166789178437745E+2, 3.3871328727963666080E0
        ],
        0.180625e0 - q * q
    )
    / main._polynomial(
        [
            5.2264952788528545610E+3, 2.8729085735721942674E+4,
            3.9307895800092710610E+4, 2.1213794301586595867E+4,
            5.3941960214247511077E+3, 6.8718700749205790830E+2,
            4.2313330701600911252E+1, 1.0E0
        ],
        0.180625e0 - q * q
    );

create or replace macro main._normal_quantile_tail(r) as
    case
        when r <= 5e0
        then
            main._polynomial(
                [
                    7.74545014278341407640E-4, 2.27238449892691845833E-2,
                    2.41780725177450611770E-1, 1.27045825245236838258E0,
                    3.64784832476320460504E0, 5.76949722146069140550E0,
                    4.63033784615654529590E0, 1.42343711074968357734E0
                ],
                r - 1.6e0
            )
            / main._polynomial(
                [
                    1.05075007164441684324E-9, 5.47593808499534494600E-4,
                    1.51986665636164571966E-2, 1.48103976427480074590E-1,
                    6.89767334985100004550E-1, 1.67638483018380384940E0,
                    2.05319162663775882187E0, 1.0E0
                ],
                r - 1.6e0
            )
        else
            main._polynomial(
                [
                    2.01033439929228813265E-7, 2.71155556874348757815E-5,
                    1.24266094738807843860E-3, 2.65321895265761230930E-2,
                    2.96560571828504891230E-1, 1.78482653991729133580E0,
                    5.46378491116411436990E0, 6.65790464350110377720E0
                ],
                r - 5e0
            )
            / main._polynomial(
                [
                    2.04426310338993978564E-15, 1.42151175831644588870E-7,
                    1.84631831751005468180E-5, 7.86869131145613259100E-4,
                    1.48753612908506148525E-2, 1.36929880922735805310E-1,
                    5.99832206555887937690E-1, 1.0E0
                ],
                r - 5e0
            )
    end;

-- Quantile of the standard normal distribution for a probability strictly between 0 and 1.
create or replace macro main.normal_quantile(p) as
    case
        when p > 0 and p < 1
        then
            list_transform(
                [cast(p as double)],
                lambda _p: case
                    when abs(_p - 0.5e0) <= 0.425e0
                    then main._normal_quantile_middle(_p - 0.5e0)
                    else
                        sign(_p - 0.5e0)
                        * main._normal_quantile_tail(sqrt(-ln(least(_p, 1e0 - _p))))
                end
            )[1]
    end;

-- Wilson's score interval for x of n; NULL where n is 0.
create or replace macro main._wilson(x, n, z, side) as
    list_transform(
        [z],
        lambda _z: (
            2e0 * x + _z * _z + side * _z * sqrt(_z * _z + 4e0 * x * (1e0 - x / cast(n as double)))
        )
        / (2e0 * (n + _z * _z))
    )[1];

create or replace macro main.wilson_lower(x, n, conf) as
    case
        when n is null or n <= 0 or x < 0 or x > n
        then null
        when x = 0
        then 0e0
        else main._wilson(x, n, main.normal_quantile(0.5e0 + conf / 2e0), -1)
    end;

create or replace macro main.wilson_upper(x, n, conf) as
    case
        when n is null or n <= 0 or x < 0 or x > n
        then null
        when x = n
        then 1e0
        else main._wilson(x, n, main.normal_quantile(0.5e0 + conf / 2e0), 1)
    end;

-- Byar's approximation for a count x; the lower limit is NULL where it would be negative.
create or replace macro main._byar_root(x, z) as
    1e0 - 1e0 / (9e0 * x) + z / (3e0 * sqrt(cast(x as double)));

create or replace macro main.byar_lower(x, conf) as
    case
        when x = 0
        then 0e0
        when x > 0
        then
            list_transform(
                [main._byar_root(x, -main.normal_quantile(0.5e0 + conf / 2e0))],
                lambda _root: case when _root >= 0 then x * pow(_root, 3) end
            )[1]
    end;

create or replace macro main.byar_upper(x, conf) as
    case
        when x < 0
        then null
        else (x + 1) * pow(main._byar_root(x + 1, main.normal_quantile(0.5e0 + conf / 2e0)), 3)
    end;

-- Regularised lower incomplete gamma function P(a, x) by its series; enough terms
-- for x around a.
create or replace macro main._gamma_p(a, x) as
    list_sum(
        list_transform(
            range(0, 120 + cast(ceil(14e0 * sqrt(cast(a as double))) as bigint)),
            lambda _term: exp((a + _term) * ln(x) - x - lgamma(a + _term + 1e0))
        )
    );

-- Where to start the search for the x at which P(a, x) reaches p: Wilson and Hilferty's cube root,
-- and near 0 the first term of the series.
create or replace macro main._gamma_quantile_start(p, a) as
    case
        when a > 1e0
        then a * pow(greatest(main._byar_root(a, main.normal_quantile(p)), 1e-2), 3)
        when p < 1e0 - a * (0.253e0 + a * 0.12e0)
        then pow(p / (1e0 - a * (0.253e0 + a * 0.12e0)), 1e0 / a)
        else 1e0 - ln(1e0 - (p - 1e0 + a * (0.253e0 + a * 0.12e0)) / (a * (0.253e0 + a * 0.12e0)))
    end;

-- One step of Halley's method towards it (as in Numerical Recipes); never to 0 or below.
create or replace macro main._gamma_quantile_step(p, a, near) as
    list_transform(
        [
            (main._gamma_p(a, near) - p)
            / exp((a - 1e0) * ln(near) - near - lgamma(cast(a as double)))
        ],
        lambda _error: greatest(
            near - _error / (1e0 - 0.5e0 * least(1e0, _error * ((a - 1e0) / near - 1e0))), near / 2e0
        )
    )[1];

-- The x at which P(a, x) reaches p. Each step triples the digits; ten of them are more than enough.
create or replace macro main._gamma_quantile(p, a) as
    list_reduce(
        range(10),
        lambda _at, _step: main._gamma_quantile_step(p, a, _at),
        main._gamma_quantile_start(p, a)
    );

-- Exact (Garwood) interval for a Poisson count x, also fractional: quantiles of the gamma
-- distribution.
create or replace macro main.poisson_exact_lower(x, conf) as
    case
        when x < 0
        then null
        when x = 0
        then 0e0
        else main._gamma_quantile(0.5e0 - conf / 2e0, cast(x as double))
    end;

create or replace macro main.poisson_exact_upper(x, conf) as
    case
        when x < 0
        then null
        else main._gamma_quantile(0.5e0 + conf / 2e0, cast(x as double) + 1e0)
    end;

-- Upper tail of the standard normal distribution (Hart 1968 in the form of West 2005).
create or replace macro main._normal_tail(z) as
    exp(-z * z / 2e0)
    * case
        when z < 7.07106781186547e0
        then
            main._polynomial(
                [
                    3.52624965998911E-2, 7.00383064443688E-1, 6.37396220353165E0,
                    3.3912866078383E1, 1.12079291497871E2, 2.21213596169931E2,
                    2.20206867912376E2
                ],
                z
            )
            / main._polynomial(
                [
                    8.83883476483184E-2, 1.75566716318264E0, 1.6064177579207E1,
                    8.67807322029461E1, 2.96564248779674E2, 6.37333633378831E2,
                    7.93826512519948E2, 4.40413735824752E2
                ],
                z
            )
        else
            1e0
            / (z + 1e0 / (z + 2e0 / (z + 3e0 / (z + 4e0 / (z + 0.65e0)))))
            / 2.506628274631e0
    end;

create or replace macro main.normal_upper_tail(z) as
    case
        when z >= 0
        then main._normal_tail(least(cast(z as double), 38e0))
        else 1e0 - main._normal_tail(least(-cast(z as double), 38e0))
    end;

-- How many standard deviations a count lies from what is expected; the sign tells the side. Of
-- proportions the score that Wilson's interval turns round, of counts the one of Byar's.
create or replace macro main.proportion_score(x, n, expected) as
    (x - expected)
    / nullif(sqrt(expected * (1e0 - expected / nullif(cast(n as double), 0e0))), 0e0);

create or replace macro main.count_score(x, expected) as
    case
        when expected <= 0
        then null
        when x > expected
        then
            greatest(
                3e0 * sqrt(cast(x as double))
                * (1e0 - 1e0 / (9e0 * x) - pow(expected / cast(x as double), 1e0 / 3e0)),
                0e0
            )
        else
            least(
                3e0 * sqrt(x + 1e0)
                * (1e0 - 1e0 / (9e0 * (x + 1e0)) - pow(expected / (x + 1e0), 1e0 / 3e0)),
                0e0
            )
    end;

-- Probability of at most x cases where some are expected; for small whole counts.
create or replace macro main.poisson_cdf(x, expected) as
    case
        when x < 0
        then 0e0
        else
            list_sum(
                list_transform(
                    range(0, cast(x as bigint) + 1),
                    lambda _cases: exp(
                        _cases * ln(cast(expected as double)) - expected - lgamma(_cases + 1e0)
                    )
                )
            )
    end;

-- Weight of a value in a trend: the inverse variance that its 95 % interval implies.
create or replace macro main.interval_weight(lower_limit, upper_limit) as
    pow(3.92e0 / nullif(upper_limit - lower_limit, 0e0), 2);

-- Weighted least squares over lists of equal length: times from their weighted mean, the slope per
-- unit of time, its chi-squared (1 degree of freedom), and whether each slope without one of the
-- points has the sign of the whole.
create or replace macro main._centred(times, weights) as
    list_transform(
        [list_dot_product(times, weights) / list_sum(weights)],
        lambda _mean: list_transform(times, lambda _time: _time - _mean)
    )[1];

create or replace macro main._products(first_factors, second_factors) as
    list_transform(
        range(1, len(first_factors) + 1),
        lambda _place: first_factors[_place] * second_factors[_place]
    );

create or replace macro main.weighted_slope(times, "values", weights) as
    list_transform(
        [main._products(main._centred(times, weights), weights)],
        lambda _moments: list_dot_product(_moments, "values")
        / nullif(list_dot_product(_moments, times), 0e0)
    )[1];

create or replace macro main.weighted_slope_chi_squared(times, "values", weights) as
    list_transform(
        [main._products(main._centred(times, weights), weights)],
        lambda _moments: pow(list_dot_product(_moments, "values"), 2)
        / nullif(list_dot_product(_moments, times), 0e0)
    )[1];

create or replace macro main._without(list, place) as
    list_filter(list, lambda _item, _position: _position <> place);

create or replace macro main.is_slope_sign_stable(times, "values", weights) as
    list_transform(
        [main.weighted_slope(times, "values", weights)],
        lambda _slope: list_bool_and(
            list_transform(
                range(1, len(times) + 1),
                lambda _place: _slope * main.weighted_slope(
                    main._without(times, _place),
                    main._without("values", _place),
                    main._without(weights, _place)
                )
                > 0
            )
        )
    )[1];

-- The index's own location quotient: the share against the weighted shares of region and
-- country.
create or replace macro main.isv_lq_weighted(
    "count", base, region_count, region_base, country_count, country_base, region_weight, country_weight
) as
    ("count" / nullif(cast(base as double), 0e0))
    / nullif(
        (
            region_weight * (region_count / nullif(cast(region_base as double), 0e0))
            + country_weight * (country_count / nullif(cast(country_base as double), 0e0))
        )
        / (region_weight + country_weight),
        0e0
    );

-- The same with the reference of the published index, the mean of the region's and the
-- country's share.
create or replace macro main.isv_lq(
    "count", base, region_count, region_base, country_count, country_base
) as
    main.isv_lq_weighted(
        "count", base, region_count, region_base, country_count, country_base, 0.5e0, 0.5e0
    );
-- fmt: on
{% endmacro %}

{#- An ordered pair: compares by its first part, then by its second. -#}
{% macro ordered_pair(first, second) -%}
    {{ return(adapter.dispatch("ordered_pair")(first, second)) }}
{%- endmacro %}

{% macro default__ordered_pair(first, second) -%} row({{ first }}, {{ second }}) {%- endmacro %}

{% macro spark__ordered_pair(first, second) -%} struct({{ first }}, {{ second }}) {%- endmacro %}
