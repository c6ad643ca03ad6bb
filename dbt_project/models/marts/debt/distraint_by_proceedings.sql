-- One row per level, territory, year and number of proceedings of a person
with
    -- A figure that adjacent sources contradict is left out here as it is among the indicators.
    judged as (
        select
            territory_code as municipality_code,
            period,
            reference_date,
            numerator_parts as persons_in_distraint
        from {{ ref("int_observation_distraint") }}
        where
            source_dataset = 'iprp__distraint_map_2022'
            and indicator_id = 'distraint'
            and dimension = 'total'
            and territory_level = 'municipality'
    ),

    -- Each band counts for itself and for the sums that hold it.
    bands as (
        select
            parts.edition,
            parts.year,
            parts.municipality_code,
            named.proceedings,
            named.is_sum,
            sum(parts.persons) as persons
        from {{ ref("stg_iprp__distraint_by_proceedings") }} as parts
        inner join
            (
                values
                    ('1', '1', false),
                    ('2', '2', false),
                    ('3_9', '3_9', false),
                    ('10_29', '10_29', false),
                    ('30_plus', '30_plus', false),
                    ('3_9', '3_plus', true),
                    ('10_29', '3_plus', true),
                    ('30_plus', '3_plus', true),
                    ('10_29', '10_plus', true),
                    ('30_plus', '10_plus', true),
                    -- Of 2021 the sum alone is known.
                    ('10_plus', '10_plus', true)
            ) as named(part, proceedings, is_sum)
            on parts.proceedings = named.part
        group by parts.edition, parts.year, parts.municipality_code, named.proceedings, named.is_sum
    ),

    known as (
        select
            bands.edition,
            bands.year,
            bands.proceedings,
            bands.is_sum,
            bands.municipality_code,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            territory.country_code,
            judged.persons_in_distraint,
            case when judged.persons_in_distraint is not null then bands.persons end as persons
        from bands
        inner join
            judged
            on bands.municipality_code = judged.municipality_code
            and cast(bands.year as varchar) = judged.period
        -- Written without »or«, else an outer join compares all with all.
        left join
            {{ ref("int_municipality_interval") }} as territory
            on bands.municipality_code = territory.municipality_code
            and territory.valid_from <= judged.reference_date
            and coalesce(territory.valid_to, date '9999-12-31') >= judged.reference_date
    ),

    placed as (
        select
            known.*,
            levels.territory_level,
            case
                levels.territory_level
                when 'municipality'
                then known.municipality_code
                when 'orp'
                then known.orp_code
                when 'district'
                then known.district_code
                when 'region'
                then known.region_code
                else known.country_code
            end as territory_code
        from known
        cross join
            (values ('municipality'), ('orp'), ('district'), ('region'), ('country')) as levels(
                territory_level
            )
    ),

    summed as (
        select
            territory_level,
            territory_code,
            year,
            proceedings,
            edition,
            is_sum,
            cast(sum(persons) as bigint) as persons,
            cast(
                sum(persons_in_distraint) filter (where persons is not null) as bigint
            ) as persons_in_distraint,
            count(*) - count(persons) as municipalities_left_out
        from placed
        where territory_code is not null
        group by territory_level, territory_code, year, proceedings, edition, is_sum
    )

select
    territory_level,
    territory_code,
    cast(year as varchar) as period,
    proceedings,
    is_sum,
    persons,
    persons_in_distraint,
    100 * persons / nullif(cast(persons_in_distraint as double), 0) as share_pct,
    municipalities_left_out,
    'iprp__distraint_map_2022' as source_dataset,
    edition as source_edition
from summed
