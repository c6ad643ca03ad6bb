{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "Statistics: the functions of the database meet published worked examples",
                "remedy": "A function in macros/statistics.sql has changed; compare it with the formula that its comment names.",
            },
        }
    )
}}

-- Wilson, Byar and exact Poisson: the test data of PHEindicatormethods; quantiles: tables of the
-- normal distribution; the LQ: by hand. The published intervals rest on these functions.
-- depends_on: {{ ref("indicator_value") }}
with
    examples as (
        select
            'wilson_lower W1' as example,
            main.wilson_lower(65, 100, 0.95) as found,
            0.5525444329688797 as expected
        union all
        select 'wilson_upper W1', main.wilson_upper(65, 100, 0.95), 0.7363575175690247
        union all
        select 'wilson_lower W2', main.wilson_lower(1045, 5000, 0.95), 0.19795549880013297
        union all
        select 'wilson_upper W2', main.wilson_upper(1045, 5000, 0.95), 0.22049130373189027
        union all
        select 'wilson_lower W3', main.wilson_lower(65, 100, 0.998), 0.4954946574070431
        union all
        select 'wilson_upper W3', main.wilson_upper(65, 100, 0.998), 0.7783540614089697
        union all
        select 'wilson_lower of 0', main.wilson_lower(0, 20, 0.95), 0.0
        union all
        select 'wilson_upper of all', main.wilson_upper(20, 20, 0.95), 1.0
        union all
        select 'byar_lower B1', main.byar_lower(65, 0.95), 50.163187710459454
        union all
        select 'byar_upper B1', main.byar_upper(65, 0.95), 82.84913854593984
        union all
        select 'byar_lower B4', coalesce(main.byar_lower(1, 0.998), -1), -1.0
        union all
        select 'byar_upper B4', main.byar_upper(1, 0.998), 9.362180217908362
        union all
        select 'poisson_exact_lower E1', main.poisson_exact_lower(1, 0.95), 0.025317807984289897
        union all
        select 'poisson_exact_upper E1', main.poisson_exact_upper(1, 0.95), 5.571643390938898
        union all
        select 'poisson_exact_upper of 0', main.poisson_exact_upper(0, 0.95), 3.688879454113936
        union all
        select 'normal_quantile middle', main.normal_quantile(0.975), 1.959963984540054
        union all
        select 'normal_quantile tail', main.normal_quantile(0.001), -3.090232306167813
        union all
        select 'normal_quantile far', main.normal_quantile(1e-15), -7.941345326170997
        union all
        select 'isv_lq by hand', main.isv_lq(30, 100, 1, 10, 2, 10), 2.0
    )

select *
from examples
where found is null or abs(found - expected) > 1e-12 * greatest(1, abs(expected))
