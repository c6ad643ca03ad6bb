-- One row per municipality, day of a figure and municipality of today that takes a share of it;
-- only
-- where the territory has changed since
{% set rounds = 3 %}
with
    dates as (
        select distinct
            observations.territory_code as municipality_code, observations.reference_date
        from {{ ref("int_observation") }} as observations
        inner join
            (select distinct predecessor_code from {{ ref("int_succession_weight") }}) as changed
            on observations.territory_code = changed.predecessor_code
        where observations.territory_level = 'municipality'
    ),

    step_0 as (
        select
            municipality_code,
            reference_date,
            municipality_code as target_code,
            reference_date as as_of,
            cast(1 as double) as weight,
            cast(null as varchar) as conversion_rule,
            cast(null as varchar) as weight_basis,
            cast(null as varchar) as reason
        from dates
    ),

    {% for step in range(1, rounds + 1) %}
        next_{{ step }} as (
            select
                step.municipality_code,
                step.reference_date,
                step.target_code,
                step.as_of,
                min(events.effective_date) as next_date
            from step_{{ step - 1 }} as step
            inner join
                {{ ref("int_succession_weight") }} as events
                on step.target_code = events.predecessor_code
                and events.effective_date > step.as_of
            where step.reason is null
            group by step.municipality_code, step.reference_date, step.target_code, step.as_of
        ),

        step_{{ step }} as (
            select
                step.municipality_code,
                step.reference_date,
                case
                    when next_event.next_date is null then step.target_code else events.target_code
                end as target_code,
                coalesce(next_event.next_date, step.as_of) as as_of,
                case
                    when next_event.next_date is null
                    then step.weight
                    else step.weight * events.weight
                end as weight,
                -- Once split, a figure stays an estimate, also when an heir merges later.
                case
                    when step.conversion_rule = 'split_by_population'
                    then step.conversion_rule
                    else coalesce(events.conversion_rule, step.conversion_rule)
                end as conversion_rule,
                coalesce(events.weight_basis, step.weight_basis) as weight_basis,
                coalesce(step.reason, events.reason) as reason
            from step_{{ step - 1 }} as step
            left join
                next_{{ step }} as next_event
                on step.municipality_code = next_event.municipality_code
                and step.reference_date = next_event.reference_date
                and step.target_code = next_event.target_code
                and step.as_of = next_event.as_of
            left join
                {{ ref("int_succession_weight") }} as events
                on step.target_code = events.predecessor_code
                and next_event.next_date = events.effective_date
        )
        {% if not loop.last %},{% endif %}
    {% endfor %},

    -- If one heir is not known, none can be given its share.
    blocked as (
        select municipality_code, reference_date, min(reason) as reason
        from step_{{ rounds }}
        where reason is not null
        group by municipality_code, reference_date
    )

select
    step.municipality_code,
    step.reference_date,
    step.target_code,
    sum(step.weight) as weight,
    max(step.conversion_rule) as conversion_rule,
    max(step.weight_basis) as weight_basis,
    cast(null as varchar) as reason
from step_{{ rounds }} as step
left join
    blocked
    on step.municipality_code = blocked.municipality_code
    and step.reference_date = blocked.reference_date
where step.as_of > step.reference_date and blocked.reason is null
group by step.municipality_code, step.reference_date, step.target_code
union all
select
    municipality_code,
    reference_date,
    cast(null as varchar) as target_code,
    cast(null as double) as weight,
    cast(null as varchar) as conversion_rule,
    cast(null as varchar) as weight_basis,
    reason
from blocked
