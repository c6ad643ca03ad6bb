-- One row per municipality and 1 January: inhabitants of the leading series, a base for other
-- counts
with
    figures as (
        select
            series_id,
            period,
            municipality_code,
            reference_date,
            numerator_parts as population,
            region_code,
            country_code
        from {{ ref("int_observation_csu_population") }}
        union all
        select
            series_id,
            period,
            municipality_code,
            reference_date,
            numerator_parts as population,
            cast(null as varchar) as region_code,
            country_code
        from {{ ref("int_observation_csu_population_datastat") }}
    ),

    ranked as (
        select
            figures.*,
            row_number() over (
                partition by figures.municipality_code, figures.reference_date
                order by leaders.rank, figures.series_id
            ) as position
        from figures
        inner join
            {{ ref("leading_series") }} as leaders
            on figures.series_id = leaders.series_id
            and leaders.indicator_id = 'population'
            and figures.period >= leaders.period_from
            and (leaders.period_to is null or figures.period <= leaders.period_to)
        where figures.population is not null
    ),

    valid as (
        select ranked.reference_date, territory.*
        from ranked
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on ranked.municipality_code = territory.municipality_code
            and territory.valid_from <= ranked.reference_date
            and (territory.valid_to is null or territory.valid_to >= ranked.reference_date)
        where ranked.position = 1
    )

-- The ledger says in which region a municipality lay; before it begins, the source does.
select
    ranked.municipality_code,
    ranked.reference_date,
    ranked.population,
    ranked.series_id,
    coalesce(territory.region_code, ranked.region_code) as region_code,
    coalesce(territory.country_code, ranked.country_code) as country_code
from ranked
left join
    valid as territory
    on ranked.municipality_code = territory.municipality_code
    and ranked.reference_date = territory.reference_date
where ranked.position = 1
