-- One row per ORP and indicator: its latest value beside what its structure lets one expect
select
    'orp' as territory_level,
    figures.orp_code as territory_code,
    figures.orp_name as territory_name,
    figures.indicator_id,
    figures.period,
    figures.numerator,
    figures.denominator,
    figures.value,
    figures.unit,
    expectations.expected as expected_value,
    expectations.lower as prediction_lower,
    expectations.upper as prediction_upper,
    case
        when expectations.orp_code is not null then cast({{ var("prediction_level") }} as double)
    end as prediction_level,
    case
        when expectations.orp_code is null
        then 'cannot_tell'
        when figures.value > expectations.upper
        then 'above_expected'
        when figures.value < expectations.lower
        then 'below_expected'
        else 'as_expected'
    end as outcome
from {{ ref("int_orp_figure") }} as figures
left join
    {{ ref("int_orp_expectation") }} as expectations
    on figures.orp_code = expectations.orp_code
    and figures.indicator_id = expectations.indicator_id
