-- One row per name that no territory bears and territory in the stated area that no other name has
-- taken
with
    open_names as (
        select names.*
        from {{ ref("int_source_name") }} as names
        inner join {{ ref("int_name_choice") }} as choices on names.name_id = choices.name_id
        where
            choices.bearers = 0
            -- Among all municipalities of the country something is always similar.
            and (
                names.territory_level <> 'municipality'
                or names.plain_district is not null
                or names.plain_region is not null
            )
    ),

    taken as (
        select
            names.source_dataset,
            names.source_edition,
            names.territory_level,
            choices.territory_code
        from {{ ref("int_source_name") }} as names
        inner join {{ ref("int_name_choice") }} as choices on names.name_id = choices.name_id
        where choices.territory_code is not null
        group by
            names.source_dataset,
            names.source_edition,
            names.territory_level,
            choices.territory_code
    )

select distinct
    open_names.name_id,
    open_names.source_name,
    territories.territory_code,
    territories.territory_name
from open_names
inner join
    {{ ref("int_territory_name") }} as territories
    on open_names.territory_level = territories.territory_level
    and (
        open_names.plain_district is null or open_names.plain_district = territories.plain_district
    )
    and (open_names.plain_region is null or open_names.plain_region = territories.plain_region)
left join
    taken
    on open_names.source_dataset = taken.source_dataset
    and open_names.source_edition = taken.source_edition
    and open_names.territory_level = taken.territory_level
    and territories.territory_code = taken.territory_code
where taken.territory_code is null
