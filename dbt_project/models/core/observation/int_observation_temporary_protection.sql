-- One row per municipality, or the country, and day of persons under temporary protection
with
    -- The edition without codes counts special permits, a series of its own.
    coded as (
        select edition, reference_date
        from {{ ref("stg_mvcr__temporary_protection") }}
        group by edition, reference_date
        having count(municipality_code) > 0
    ),

    listed as (
        select
            figures.edition,
            figures.reference_date,
            figures.municipality_code,
            min(figures.municipality_name) as municipality_name,
            cast(sum(figures.persons) as bigint) as persons
        from {{ ref("stg_mvcr__temporary_protection") }} as figures
        inner join coded on figures.edition = coded.edition
        where figures.municipality_code is not null
        group by figures.edition, figures.reference_date, figures.municipality_code
    ),

    registered as (
        select
            coded.edition,
            coded.reference_date,
            territory.municipality_code,
            territory.municipality_name
        from coded
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on territory.valid_from <= coded.reference_date
            and (territory.valid_to is null or territory.valid_to >= coded.reference_date)
    ),

    -- The list does not say that a place which it leaves out has nobody.
    municipalities as (
        select
            'municipality' as territory_level,
            coalesce(listed.municipality_code, registered.municipality_code) as territory_code,
            coalesce(listed.municipality_name, registered.municipality_name) as territory_name,
            coalesce(listed.edition, registered.edition) as edition,
            coalesce(listed.reference_date, registered.reference_date) as reference_date,
            listed.persons
        from registered
        full outer join
            listed
            on registered.edition = listed.edition
            and registered.municipality_code = listed.municipality_code
    ),

    bases as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            year(reference_date) as base_year,
            population
        from {{ ref("int_population_base") }}
        union all
        select
            'country' as territory_level,
            country_code as territory_code,
            year(reference_date) as base_year,
            cast(sum(population) as bigint) as population
        from {{ ref("int_population_base") }}
        group by country_code, reference_date
    ),

    countries as (select distinct country_code from {{ ref("int_municipality_interval") }}),

    figures as (
        select *
        from municipalities
        union all
        -- Persons of unknown place count in the country's total alone.
        select
            'country' as territory_level,
            countries.country_code as territory_code,
            cast(null as varchar) as territory_name,
            coded.edition,
            coded.reference_date,
            cast(sum(stated.persons) as bigint) as persons
        from coded
        cross join countries
        inner join
            {{ ref("stg_mvcr__temporary_protection") }} as stated on coded.edition = stated.edition
        group by countries.country_code, coded.edition, coded.reference_date
    )

select
    figures.territory_level,
    figures.territory_code,
    figures.territory_name,
    case when figures.territory_level = 'country' then figures.territory_code end as country_code,
    'temporary_protection' as indicator_id,
    'total' as dimension,
    'mvcr__temporary_protection/temporary_protection' as series_id,
    cast(figures.reference_date as varchar) as period,
    figures.reference_date,
    'mvcr__temporary_protection' as source_dataset,
    figures.edition as source_edition,
    case when bases.population is not null then figures.persons end as numerator_parts,
    1 as parts_per_unit,
    bases.population as denominator,
    cast(null as double) as given_value,
    case
        when bases.population is null
        then 'missing'
        when figures.persons is null
        then 'not_listed'
        else 'observed'
    end as observation_status,
    cast(null as varchar) as source_quality
from figures
left join
    bases
    on figures.territory_level = bases.territory_level
    and figures.territory_code = bases.territory_code
    and year(figures.reference_date) = bases.base_year
