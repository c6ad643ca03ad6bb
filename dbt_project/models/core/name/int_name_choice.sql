-- One row per name in a source, with the territories that bear it where the source says
with
    -- Names that differ in their accents are two names, unless the source writes none of them; and
    -- where a territory lies on the day of the source counts more than where it lay before.
    placed as (
        select *, place + case when has_name_key then 2 else 0 end as preference
        from {{ ref("int_name_candidate") }}
        where place > 0
    ),

    best as (select name_id, max(preference) as preference from placed group by name_id),

    chosen as (
        select
            placed.name_id,
            min(placed.territory_code) as territory_code,
            min(placed.territory_name) as territory_name,
            min(placed.place) as place,
            max(case when placed.is_spelt_alike then 1 else 0 end) = 1 as is_spelt_alike,
            count(*) as choices
        from placed
        inner join best on placed.name_id = best.name_id and placed.preference = best.preference
        group by placed.name_id
    ),

    namesakes as (
        select
            name_id,
            count(*) as bearers,
            {{ joined_texts("concat(territory_code, ' ', territory_name)") }} as candidates
        from {{ ref("int_name_candidate") }}
        group by name_id
    )

select
    names.name_id,
    case when chosen.choices = 1 then chosen.territory_code end as territory_code,
    case when chosen.choices = 1 then chosen.territory_name end as territory_name,
    chosen.place,
    chosen.is_spelt_alike,
    coalesce(chosen.choices, 0) as choices,
    coalesce(namesakes.bearers, 0) as bearers,
    namesakes.candidates
from {{ ref("int_source_name") }} as names
left join chosen on names.name_id = chosen.name_id
left join namesakes on names.name_id = namesakes.name_id
