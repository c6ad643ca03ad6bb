-- One row per municipality of today's territory: persons in distraint, the declared need for
-- services
select
    territory.municipality_code,
    figures.year as need_year,
    cast(
        figures.numerator_parts  -- figures.parts_per_unit as bigint) as persons_in_need
        from {{ ref("int_current_municipality") }} as territory
        inner join
            {{ ref("int_observation_asz") }} as figures
            on territory.municipality_code = figures.municipality_code
            and figures.indicator_id = 'distraint'
            and figures.observation_status = 'observed'
        where
            figures.year = (select max(latest.year) from {{ ref("int_observation_asz") }} as latest)
