-- One row per municipality, with the days it began and ended within the ledger
with
    snapshots as (select distinct snapshot_date from {{ ref("int_municipality_snapshot") }}),

    snapshot_order as (
        select
            snapshot_date,
            lag(snapshot_date) over (order by snapshot_date) as previous_date,
            lead(snapshot_date) over (order by snapshot_date) as next_date
        from snapshots
    ),

    seen as (
        select municipality_code, min(snapshot_date) as first_seen, max(snapshot_date) as last_seen
        from {{ ref("int_municipality_snapshot") }}
        group by municipality_code
    ),

    -- What the registers themselves say, from their latest edition.
    ruian as (
        select
            municipality_code,
            max_by(founded, reference_date) as founded,
            max_by(valid_to, reference_date) as ended
        from {{ ref("stg_cuzk__municipalities") }}
        group by municipality_code
    ),

    listed as (
        select municipality_code, min(valid_from) as valid_from
        from {{ ref("stg_csu__municipalities") }}
        group by municipality_code
    ),

    joined as (
        select
            seen.municipality_code,
            seen.first_seen,
            seen.last_seen,
            before_first.previous_date as not_seen_before,
            after_last.next_date as not_seen_after,
            case
                when
                    ruian.founded <= seen.first_seen
                    and ruian.founded
                    > coalesce(before_first.previous_date, {{ day_before("seen.first_seen") }})
                then ruian.founded
                when
                    listed.valid_from <= seen.first_seen
                    and listed.valid_from
                    > coalesce(before_first.previous_date, {{ day_before("seen.first_seen") }})
                then listed.valid_from
            end as registered_start,
            case when ruian.ended >= seen.last_seen then ruian.ended end as registered_end
        from seen
        inner join snapshot_order as before_first on seen.first_seen = before_first.snapshot_date
        inner join snapshot_order as after_last on seen.last_seen = after_last.snapshot_date
        left join ruian on seen.municipality_code = ruian.municipality_code
        left join listed on seen.municipality_code = listed.municipality_code
    )

select
    municipality_code,
    first_seen,
    last_seen,
    not_seen_before,
    not_seen_after,
    case
        when registered_start is not null
        then registered_start
        when not_seen_before is null
        then first_seen
        when {{ first_january_after("not_seen_before") }} <= first_seen
        then {{ first_january_after("not_seen_before") }}
        else first_seen
    end as valid_from,
    case
        when registered_start is not null
        then 'register'
        when not_seen_before is null
        then 'ledger_start'
        when {{ first_january_after("not_seen_before") }} <= first_seen
        then 'first_january'
        else 'snapshot'
    end as start_basis,
    -- The last day: the one the register names, else the day before the assumed change.
    case
        when registered_end is not null
        then registered_end
        when not_seen_after is null
        then null
        when {{ first_january_after("last_seen") }} <= not_seen_after
        then {{ day_before(first_january_after("last_seen")) }}
        else {{ day_before("not_seen_after") }}
    end as valid_to,
    case
        when registered_end is not null
        then 'register'
        when not_seen_after is null
        then null
        when {{ first_january_after("last_seen") }} <= not_seen_after
        then 'first_january'
        else 'snapshot'
    end as end_basis
from joined
