-- One row per name in a source: the one territory it means, or none, and how that was found
with
    scored as (
        select name_id, territory_code, territory_name, max(similarity) as similarity
        from {{ ref("int_name_similarity") }}
        group by name_id, territory_code, territory_name
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by name_id order by similarity desc, territory_code
            ) as position,
            -- How far the next territory is behind; the same one may bear two names.
            similarity - coalesce(
                max(similarity) over (
                    partition by name_id
                    order by similarity desc, territory_code
                    rows between 1 following and unbounded following
                ),
                0
            ) as lead_over_next
        from scored
    ),

    similar_names as (
        select *
        from ranked
        where
            position = 1
            and similarity >= {{ var("similar_name_from") }}
            and lead_over_next >= {{ var("similar_name_ahead_by") }}
    ),

    -- Two names of one source that resemble the same territory: neither has it.
    single as (
        select similar_names.*
        from similar_names
        inner join
            (
                select names.source_dataset, names.source_edition, similar_names.territory_code
                from similar_names
                inner join
                    {{ ref("int_source_name") }} as names on similar_names.name_id = names.name_id
                group by names.source_dataset, names.source_edition, similar_names.territory_code
                having count(*) = 1
            ) as once
            on similar_names.territory_code = once.territory_code
        inner join
            {{ ref("int_source_name") }} as names
            on similar_names.name_id = names.name_id
            and once.source_dataset = names.source_dataset
            and once.source_edition = names.source_edition
    )

select
    names.name_id,
    names.source_dataset,
    names.source_edition,
    names.territory_level,
    names.source_name,
    names.stated_district,
    names.stated_region,
    names.stated_code,
    coalesce(choices.territory_code, single.territory_code) as territory_code,
    coalesce(choices.territory_name, single.territory_name) as territory_name,
    case
        when choices.choices > 1
        then 'ambiguous'
        when choices.choices = 1 and not choices.is_spelt_alike
        then 'normalised'
        when choices.choices = 1 and choices.bearers > 1
        then 'exact_with_district'
        when choices.choices = 1
        then 'exact'
        when single.territory_code is not null
        then 'fuzzy'
        else 'none'
    end as match_class,
    case
        when choices.choices = 1 and choices.place = 2 and choices.is_spelt_alike
        then 'high'
        when choices.choices = 1
        then 'medium'
        when single.territory_code is not null
        then 'low'
    end as confidence,
    single.similarity,
    case
        when choices.bearers > 0
        then choices.candidates
        when single.territory_code is not null
        then concat(single.territory_code, ' ', single.territory_name)
    end as candidates
from {{ ref("int_source_name") }} as names
inner join {{ ref("int_name_choice") }} as choices on names.name_id = choices.name_id
left join single on names.name_id = single.name_id
