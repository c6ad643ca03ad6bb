-- One row per name in a source, with the territories that bear it where the source says
with
    -- Names that differ in their accents are two names, unless the source writes none of them.
    best as (
        select
            name_id, max(place) as place, max(case when has_name_key then 1 else 0 end) as has_key
        from {{ ref("int_name_candidate") }}
        where place > 0
        group by name_id
    ),

    chosen as (
        select
            candidates.name_id,
            min(candidates.territory_code) as territory_code,
            min(candidates.territory_name) as territory_name,
            min(candidates.place) as place,
            max(case when candidates.is_spelt_alike then 1 else 0 end) = 1 as is_spelt_alike,
            count(*) as choices
        from {{ ref("int_name_candidate") }} as candidates
        inner join
            best
            on candidates.name_id = best.name_id
            and candidates.place = best.place
            and (best.has_key = 0 or candidates.has_name_key)
        group by candidates.name_id
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
