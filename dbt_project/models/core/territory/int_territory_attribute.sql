-- One row per territory, attribute and run of snapshots that state the same value
with
    marked as (
        select
            *,
            lag(value_key) over (
                partition by territory_level, territory_code, attribute order by snapshot_date
            ) as previous_key
        from {{ ref("int_territory_statement") }}
    ),

    numbered as (
        select
            *,
            sum(case when previous_key = value_key then 0 else 1 end) over (
                partition by territory_level, territory_code, attribute
                order by snapshot_date
                rows between unbounded preceding and current row
            ) as run_number
        from marked
    ),

    -- Spelled as the latest source spells it.
    runs as (
        select
            territory_level,
            territory_code,
            attribute,
            run_number,
            min(snapshot_date) as first_stated,
            max(snapshot_date) as last_stated,
            max_by(value, snapshot_date) as value
        from numbered
        group by territory_level, territory_code, attribute, run_number
    ),

    followed as (
        select
            *,
            lag(value) over (
                partition by territory_level, territory_code, attribute order by run_number
            ) as previous_value,
            lag(last_stated) over (
                partition by territory_level, territory_code, attribute order by run_number
            ) as previous_stated
        from runs
    )

-- A change lies between the last snapshot with the old value and the first with the new one.
select
    territory_level,
    territory_code,
    attribute,
    run_number,
    first_stated,
    last_stated,
    value,
    previous_value,
    previous_stated,
    case
        when previous_stated is null
        then null
        when {{ first_january_after("previous_stated") }} <= first_stated
        then {{ first_january_after("previous_stated") }}
        else first_stated
    end as effective_date,
    case
        when previous_stated is null
        then null
        when {{ first_january_after("previous_stated") }} <= first_stated
        then 'first_january'
        else 'snapshot'
    end as date_basis
from followed
