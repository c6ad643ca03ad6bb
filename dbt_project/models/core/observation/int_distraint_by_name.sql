-- One row per municipality and edition of the Chamber's extract without codes
with
    extracts as (
        select edition, reference_date
        from {{ ref("stg_ekcr__distraint_by_name") }}
        group by edition, reference_date
    ),

    registered as (
        select
            extracts.edition,
            extracts.reference_date,
            territory.territory_code as municipality_code,
            min(territory.territory_name) as municipality_name,
            min(territory.plain_district) as plain_district
        from extracts
        inner join
            {{ ref("int_territory_name") }} as territory
            on territory.territory_level = 'municipality'
            and territory.valid_from <= extracts.reference_date
            and (territory.valid_to is null or territory.valid_to >= extracts.reference_date)
        group by extracts.edition, extracts.reference_date, territory.territory_code
    ),

    names as (
        select
            matches.*,
            source_names.plain_district,
            coalesce(matches.confidence in ('high', 'medium'), false) as is_certain
        from {{ ref("int_name_match") }} as matches
        inner join
            {{ ref("int_source_name") }} as source_names on matches.name_id = source_names.name_id
        where matches.source_dataset = 'ekcr__distraint_by_name'
    ),

    found as (
        select
            names.source_edition as edition,
            names.territory_code as municipality_code,
            figures.persons,
            figures.proceedings
        from names
        inner join
            {{ ref("stg_ekcr__distraint_by_name") }} as figures
            on names.source_edition = figures.edition
            and names.source_name = figures.municipality_name
            and names.stated_district = figures.district_name
            and names.stated_region = figures.region_name
        where names.is_certain
    ),

    -- Each of these may be the one that the name means.
    namesakes as (
        select distinct
            names.source_edition as edition, candidates.territory_code as municipality_code
        from names
        inner join {{ ref("int_name_choice") }} as choices on names.name_id = choices.name_id
        inner join
            {{ ref("int_name_candidate") }} as candidates
            on names.name_id = candidates.name_id
            and candidates.place = choices.place
        where names.match_class = 'ambiguous'
    ),

    -- A name that nothing bears may mean any municipality of its district.
    open_districts as (
        select distinct source_edition as edition, plain_district
        from names
        where not is_certain and match_class <> 'ambiguous'
    )

-- A municipality without a case is absent from the extract; the ledger says which these are.
select
    registered.edition,
    registered.reference_date,
    registered.municipality_code,
    registered.municipality_name,
    case
        when found.municipality_code is not null
        then found.persons
        when namesakes.municipality_code is null and open_districts.plain_district is null
        then 0
    end as persons,
    case
        when found.municipality_code is not null
        then found.proceedings
        when namesakes.municipality_code is null and open_districts.plain_district is null
        then 0
    end as proceedings,
    found.municipality_code is null and namesakes.municipality_code is not null as is_ambiguous
from registered
left join
    found
    on registered.edition = found.edition
    and registered.municipality_code = found.municipality_code
left join
    namesakes
    on registered.edition = namesakes.edition
    and registered.municipality_code = namesakes.municipality_code
left join
    open_districts
    on registered.edition = open_districts.edition
    and registered.plain_district = open_districts.plain_district
