-- One row per inhabited municipality that has an index, and year: its place in the order of need
with
    counted as (
        select
            headline.municipality_code,
            headline.year,
            headline.headline_points,
            people.denominator as population_15plus,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            territory.country_code,
            territory.reference_date
        from {{ ref("int_index_headline") }} as headline
        inner join
            {{ ref("int_municipality_year") }} as territory
            on headline.municipality_code = territory.municipality_code
            and headline.year = territory.year
        inner join
            {{ ref("int_index_score") }} as people
            on headline.municipality_code = people.municipality_code
            and headline.year = people.year
            and people.indicator_id = 'distraint'
        where headline.headline_points is not null and people.denominator > 0
    ),

    ranked as (
        select
            *,
            count(*) over (partition by year) as units,
            2 * rank() over (partition by year order by headline_points desc)
            - 1
            + count(*) over (partition by year, headline_points) as twice_rank
        from counted
    )

-- The percentile, 1 for the most deprived; the mid-rank decides for all units of one index.
select
    *,
    cast(
        greatest(1, least(100, ceil(100 * cast(twice_rank - 1 as double) / (2 * units)))) as integer
    ) as percentile
from ranked
