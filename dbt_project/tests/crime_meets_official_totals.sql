{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: recorded crime is the police's total, and its regions sum to it",
                "remedy": "Compare the sheets with the seed crime_report_sheet: a region read for another does not show here, a lost or doubled one does.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Offences as the report of 2024 states them for the country, and each year's sheets: 14 regions,
-- and
-- one sheet without a territory in 2016, sum to the country's.
with
    units as (
        select edition as period, sum(recorded) as recorded
        from {{ ref("stg_policie__crime_by_region") }}
        where
            is_all_crime
            and sheet
            not in (select sheet from {{ ref("crime_report_sheet") }} where world = '{{ world() }}')
        group by edition
    ),

    found as (
        select
            period,
            sum(case when territory_level = 'country' then numerator end) as country,
            sum(case when territory_level = 'region' then numerator end) as regions,
            sum(case when territory_level = 'country' then denominator end) as inhabitants,
            sum(
                case when territory_level = 'region' then denominator end
            ) as inhabitants_of_regions,
            sum(case when territory_level = 'region' then 1 else 0 end) as number_of_regions
        from {{ ref("indicator_value") }}
        where indicator_id = 'crime'
        group by period
    )

select found.*, units.recorded as without_territory
from found
left join units on found.period = units.period
where
    '{{ world() }}' = 'real'
    and (
        found.country is null
        or found.number_of_regions <> 14
        or found.country <> found.regions + coalesce(units.recorded, 0)
        or found.inhabitants <> found.inhabitants_of_regions
        or (found.period = '2024' and found.country <> 173322)
        or (found.period <> '2016' and units.recorded is not null)
    )
