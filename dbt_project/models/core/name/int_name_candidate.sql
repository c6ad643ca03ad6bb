-- One row per name in a source and territory that bears it, and whether it lies where the source
-- says
with
    ledger as (select min(valid_from) as starts_on from {{ ref("int_territory_name") }}),

    -- A source older than the ledger is held against its beginning, one without a day against now.
    pairs as (
        select
            names.name_id,
            names.source_name,
            names.name_key,
            territories.territory_code,
            territories.territory_name,
            territories.name_key as territory_name_key,
            case
                when names.reference_date is null
                then territories.valid_to is null
                else
                    territories.valid_from <= greatest(names.reference_date, ledger.starts_on)
                    and (
                        territories.valid_to is null
                        or territories.valid_to >= greatest(names.reference_date, ledger.starts_on)
                    )
            end as is_of_the_day,
            (
                names.plain_district is null
                or coalesce(names.plain_district = territories.plain_district, false)
            )
            and (
                names.plain_region is null
                or coalesce(names.plain_region = territories.plain_region, false)
            ) as lies_there
        from {{ ref("int_source_name") }} as names
        inner join
            {{ ref("int_territory_name") }} as territories
            on names.territory_level = territories.territory_level
            and names.plain_name = territories.plain_name
        cross join ledger
    )

select
    name_id,
    territory_code,
    max_by(territory_name, case when is_of_the_day then 2 else 1 end) as territory_name,
    max(case when source_name = territory_name then 1 else 0 end) = 1 as is_spelt_alike,
    max(case when name_key = territory_name_key then 1 else 0 end) = 1 as has_name_key,
    -- 2: on the day of the source; 1: at another time; 0: never.
    max(case when lies_there and is_of_the_day then 2 when lies_there then 1 else 0 end) as place
from pairs
group by name_id, territory_code
