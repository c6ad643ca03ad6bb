-- One row per territory and change: founded, ended, renamed, moved, given another status, split or
-- merged
with
    last_names as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            max_by(municipality_name, valid_from) as territory_name
        from {{ ref("int_municipality_interval") }}
        group by municipality_code
        union all
        select
            area_level as territory_level,
            area_code as territory_code,
            max_by(area_name, valid_from) as territory_name
        from {{ ref("int_area_interval") }}
        group by area_level, area_code
    ),

    attribute_changes as (
        select
            territory_level,
            territory_code,
            case
                attribute
                when 'name'
                then 'renamed'
                when 'status'
                then 'status_changed'
                else concat('moved_', attribute)
            end as change_type,
            effective_date,
            date_basis,
            previous_stated as last_seen_before,
            first_stated as first_seen_after,
            previous_value as from_value,
            value as to_value
        from {{ ref("int_territory_attribute") }}
        where effective_date is not null
    ),

    founded as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            'founded' as change_type,
            valid_from as effective_date,
            start_basis as date_basis,
            not_seen_before as last_seen_before,
            first_seen as first_seen_after
        from {{ ref("int_municipality_existence") }}
        where start_basis <> 'ledger_start'
    ),

    -- The first day on which it no longer exists.
    ended as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            'ended' as change_type,
            {{ day_after("valid_to") }} as effective_date,
            end_basis as date_basis,
            last_seen as last_seen_before,
            not_seen_after as first_seen_after
        from {{ ref("int_municipality_existence") }}
        where valid_to is not null
    ),

    -- The areas above: only their beginning and end; what moves are their municipalities.
    area_span as (
        select
            area_level,
            area_code,
            min(valid_from) as valid_from,
            min_by(date_basis, valid_from) as date_basis,
            max(coalesce(valid_to, date '9999-12-31')) as valid_to
        from {{ ref("int_area_interval") }}
        group by area_level, area_code
    ),

    area_changes as (
        select
            area_level as territory_level,
            area_code as territory_code,
            'founded' as change_type,
            valid_from as effective_date,
            date_basis
        from area_span
        where date_basis not in ('ledger_start', 'first_statement')
        union all
        select
            area_level as territory_level,
            area_code as territory_code,
            'ended' as change_type,
            {{ day_after("valid_to") }} as effective_date,
            'members' as date_basis
        from area_span
        where valid_to < date '9999-12-31'
    ),

    -- Each succession is a change of both municipalities.
    successions as (
        select
            predecessor_code as territory_code,
            case
                kind when 'merged' then 'merged_into' when 'recoded' then 'recoded' else 'lost_part'
            end as change_type,
            cast(null as varchar) as from_value,
            successor_code as to_value,
            effective_date,
            is_verified,
            source_cs,
            source_en
        from {{ ref("int_territory_succession") }}
        union all
        select
            successor_code as territory_code,
            case
                kind
                when 'merged'
                then 'absorbed'
                when 'recoded'
                then 'recoded'
                when 'part_moved'
                then 'gained_part'
                else 'split_from'
            end as change_type,
            predecessor_code as from_value,
            cast(null as varchar) as to_value,
            effective_date,
            is_verified,
            source_cs,
            source_en
        from {{ ref("int_territory_succession") }}
    ),

    changes as (
        select
            territory_level,
            territory_code,
            change_type,
            effective_date,
            date_basis,
            last_seen_before,
            first_seen_after,
            from_value,
            to_value
        from attribute_changes
        union all
        select
            territory_level,
            territory_code,
            change_type,
            effective_date,
            date_basis,
            last_seen_before,
            first_seen_after,
            null as from_value,
            null as to_value
        from founded
        union all
        select
            territory_level,
            territory_code,
            change_type,
            effective_date,
            date_basis,
            last_seen_before,
            first_seen_after,
            null as from_value,
            null as to_value
        from ended
        union all
        select
            territory_level,
            territory_code,
            change_type,
            effective_date,
            date_basis,
            null as last_seen_before,
            null as first_seen_after,
            null as from_value,
            null as to_value
        from area_changes
    )

select
    changes.territory_level,
    changes.territory_code,
    last_names.territory_name,
    changes.change_type,
    changes.effective_date,
    changes.date_basis,
    changes.last_seen_before,
    changes.first_seen_after,
    changes.from_value,
    changes.to_value,
    true as is_verified,
    cast(null as varchar) as source_cs,
    cast(null as varchar) as source_en
from changes
left join
    last_names
    on changes.territory_level = last_names.territory_level
    and changes.territory_code = last_names.territory_code
union all
select
    'municipality' as territory_level,
    successions.territory_code,
    last_names.territory_name,
    successions.change_type,
    successions.effective_date,
    'succession' as date_basis,
    null as last_seen_before,
    null as first_seen_after,
    successions.from_value,
    successions.to_value,
    successions.is_verified,
    successions.source_cs,
    successions.source_en
from successions
left join
    last_names
    on last_names.territory_level = 'municipality'
    and successions.territory_code = last_names.territory_code
