{{
    config(
        meta={
            "agis": {
                "severity": "warn",
                "title": "benefit_month: twelve months of benefits add up to the mean month that the index workbook states",
                "remedy": "Ask the provider which of the two was revised; the index keeps to its workbook.",
            },
            "dagster": {"ref": {"name": "int_benefit_municipality"}},
        }
    )
}}

with
    delivered as (
        select
            municipality_code,
            benefit_id,
            cast(year as varchar) as period,
            sum(benefits) as twelfths,
            count(*) as months
        from {{ ref("int_benefit_municipality") }}
        group by municipality_code, benefit_id, year
    )

select delivered.municipality_code, delivered.benefit_id, delivered.period
from delivered
inner join
    {{ ref("int_observation_asz") }} as published
    on delivered.municipality_code = published.municipality_code
    and delivered.benefit_id = published.indicator_id
    and delivered.period = published.period
where delivered.months = 12 and delivered.twelfths <> published.numerator_parts
