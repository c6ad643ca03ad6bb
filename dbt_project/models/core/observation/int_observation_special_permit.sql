-- One row per municipality, or the country, and day of persons with a special permit, found by name
with
    stated as (select * from {{ ref("stg_mvcr__temporary_protection") }} where is_special_permit),

    lists as (
        select edition, reference_date, cast(sum(persons) as bigint) as persons
        from stated
        group by edition, reference_date
    ),

    listed as (
        select
            stated.edition,
            names.territory_code as municipality_code,
            cast(sum(stated.persons) as bigint) as persons
        from stated
        inner join
            {{ ref("int_name_match") }} as names
            on names.source_dataset = 'mvcr__temporary_protection'
            and stated.edition = names.source_edition
            and stated.municipality_name = names.source_name
            and stated.district_name = names.stated_district
            and stated.region_name = names.stated_region
            and names.confidence in ('high', 'medium')
        group by stated.edition, names.territory_code
    ),

    -- Each of these may be the one that an ambiguous name means.
    namesakes as (
        select distinct
            names.source_edition as edition, candidates.territory_code as municipality_code
        from {{ ref("int_name_match") }} as names
        inner join {{ ref("int_name_choice") }} as choices on names.name_id = choices.name_id
        inner join
            {{ ref("int_name_candidate") }} as candidates
            on names.name_id = candidates.name_id
            and candidates.place = choices.place
        where
            names.source_dataset = 'mvcr__temporary_protection' and names.match_class = 'ambiguous'
    ),

    bases as (
        select municipality_code, country_code, year(reference_date) as base_year, population
        from {{ ref("int_population_base") }}
    ),

    figures as (
        select
            'municipality' as territory_level,
            territory.municipality_code as territory_code,
            territory.municipality_name as territory_name,
            cast(null as varchar) as country_code,
            lists.edition,
            lists.reference_date,
            listed.persons,
            bases.population,
            namesakes.municipality_code is not null as is_ambiguous
        from lists
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on territory.valid_from <= lists.reference_date
            and (territory.valid_to is null or territory.valid_to >= lists.reference_date)
        left join
            listed
            on lists.edition = listed.edition
            and territory.municipality_code = listed.municipality_code
        left join
            namesakes
            on lists.edition = namesakes.edition
            and territory.municipality_code = namesakes.municipality_code
        left join
            bases
            on territory.municipality_code = bases.municipality_code
            and year(lists.reference_date) = bases.base_year
        union all
        -- The country has them all, also those of names that cannot be told.
        select
            'country' as territory_level,
            bases.country_code as territory_code,
            cast(null as varchar) as territory_name,
            bases.country_code,
            lists.edition,
            lists.reference_date,
            lists.persons,
            cast(sum(bases.population) as bigint) as population,
            false as is_ambiguous
        from lists
        inner join bases on year(lists.reference_date) = bases.base_year
        group by bases.country_code, lists.edition, lists.reference_date, lists.persons
    ),

    judged as (
        select
            *,
            case
                when population is null
                then 'missing'
                when is_ambiguous and persons is null
                then 'ambiguous_name'
                -- The list does not say that a place which it leaves out has nobody.
                when persons is null
                then 'not_listed'
                else 'observed'
            end as observation_status
        from figures
    )

select
    territory_level,
    territory_code,
    territory_name,
    country_code,
    'temporary_protection' as indicator_id,
    'total' as dimension,
    'mvcr__temporary_protection/special_permits' as series_id,
    cast(reference_date as varchar) as period,
    reference_date,
    'mvcr__temporary_protection' as source_dataset,
    edition as source_edition,
    case when observation_status = 'observed' then persons end as numerator_parts,
    1 as parts_per_unit,
    case when observation_status in ('observed', 'not_listed') then population end as denominator,
    cast(null as double) as given_value,
    observation_status,
    cast(null as varchar) as source_quality
from judged
