-- One row per municipality of today's territory: persons in distraint, the need for services
select
    territory.municipality_code,
    figures.year as need_year,
    figures.numerator_parts as persons_in_need
from {{ ref("int_current_municipality") }} as territory
inner join
    {{ ref("int_observation_asz") }} as figures
    on territory.municipality_code = figures.municipality_code
    -- Counted in whole persons, so a part is a person.
    and figures.indicator_id = 'distraint'
    and figures.observation_status = 'observed'
where figures.year = (select max(latest.year) from {{ ref("int_observation_asz") }} as latest)
