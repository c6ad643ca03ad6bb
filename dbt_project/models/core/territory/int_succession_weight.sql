-- One row per municipality and day on which it ended or gave a part, and municipality that holds a
-- share of what it was: itself where it goes on, and its successors
with
    events as (
        select
            predecessor_code,
            effective_date,
            min(case when kind in ('merged', 'recoded') then 1 else 0 end) = 1 as is_whole,
            min(case when is_verified then 1 else 0 end) = 1 as is_verified,
            count(*) as successors
        from {{ ref("int_territory_succession") }}
        -- How many inhabitants a part that changed hands had, no source says: nothing to weigh.
        where kind <> 'part_moved'
        group by predecessor_code, effective_date
    ),

    targets as (
        select
            succession.predecessor_code,
            succession.effective_date,
            succession.successor_code as target_code
        from {{ ref("int_territory_succession") }} as succession
        where succession.kind <> 'part_moved'
        union
        select
            events.predecessor_code, events.effective_date, events.predecessor_code as target_code
        from events
        where not events.is_whole
    ),

    -- The inhabitants of the first day from the change on, at most a year later.
    inhabitants as (
        select
            observations.territory_code,
            observations.indicator_id,
            observations.reference_date,
            observations.numerator_parts as inhabitants
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("int_leading_period") }} as leaders
            on observations.series_id = leaders.series_id
            and observations.dimension = leaders.dimension
            and observations.period = leaders.period
        where
            observations.territory_level = 'municipality'
            and observations.dimension = 'total'
            and observations.indicator_id in ('population', 'population_15plus')
            and observations.observation_status = 'observed'
    ),

    counted as (
        select
            targets.predecessor_code,
            targets.effective_date,
            inhabitants.indicator_id,
            inhabitants.reference_date,
            count(*) as targets_counted,
            sum(inhabitants.inhabitants) as inhabitants
        from targets
        inner join
            inhabitants
            on targets.target_code = inhabitants.territory_code
            and inhabitants.reference_date >= targets.effective_date
            and {{ days_between("targets.effective_date", "inhabitants.reference_date") }} <= 366
        group by
            targets.predecessor_code,
            targets.effective_date,
            inhabitants.indicator_id,
            inhabitants.reference_date
    ),

    sizes as (
        select predecessor_code, effective_date, count(*) as targets
        from targets
        group by predecessor_code, effective_date
    ),

    -- All inhabitants before those of 15 and over, then the earliest day.
    ranked as (
        select
            counted.*,
            row_number() over (
                partition by counted.predecessor_code, counted.effective_date
                order by counted.indicator_id, counted.reference_date
            ) as position
        from counted
        inner join
            sizes
            on counted.predecessor_code = sizes.predecessor_code
            and counted.effective_date = sizes.effective_date
            and counted.targets_counted = sizes.targets
        where counted.inhabitants > 0
    )

select
    events.predecessor_code,
    events.effective_date,
    targets.target_code,
    case
        when events.is_whole
        then cast(1 as double)
        else cast(inhabitants.inhabitants as double) / ranked.inhabitants
    end as weight,
    case when events.is_whole then 'merged' else 'split_by_population' end as conversion_rule,
    case
        when not events.is_whole
        then concat(ranked.indicator_id, ' ', cast(ranked.reference_date as varchar))
    end as weight_basis,
    case
        when not events.is_verified
        then 'successor_unverified'
        when events.is_whole and events.successors > 1
        then 'several_successors'
        when not events.is_whole and ranked.inhabitants is null
        then 'no_inhabitants_known'
    end as reason
from events
inner join
    targets
    on events.predecessor_code = targets.predecessor_code
    and events.effective_date = targets.effective_date
left join
    ranked
    on events.predecessor_code = ranked.predecessor_code
    and events.effective_date = ranked.effective_date
    and ranked.position = 1
left join
    inhabitants
    on targets.target_code = inhabitants.territory_code
    and ranked.indicator_id = inhabitants.indicator_id
    and ranked.reference_date = inhabitants.reference_date
union all
select
    existence.municipality_code as predecessor_code,
    {{ day_after("existence.valid_to") }} as effective_date,
    cast(null as varchar) as target_code,
    cast(null as double) as weight,
    cast(null as varchar) as conversion_rule,
    cast(null as varchar) as weight_basis,
    'no_successor' as reason
from {{ ref("int_municipality_existence") }} as existence
left join
    events
    on existence.municipality_code = events.predecessor_code
    and events.is_whole
    and {{ day_after("existence.valid_to") }} = events.effective_date
where existence.valid_to is not null and events.predecessor_code is null
