-- One row per municipality, series and period whose number of persons in distraint cannot be used
-- The index workbook is trusted; what others say is held against the figures before and after it,
-- more strictly where several municipalities bear the name.
with
    figures as (select * from {{ ref("int_distraint_figure") }} where persons is not null),

    -- Of several series of one day only the first in rank is compared with.
    ranked as (
        select
            figures.municipality_code,
            figures.reference_date,
            figures.persons,
            figures.population_15plus,
            not figures.is_checked as is_workbook,
            row_number() over (
                partition by figures.municipality_code, figures.reference_date
                order by leaders.rank, figures.series_id
            ) as position
        from figures
        inner join
            {{ ref("leading_series") }} as leaders
            on figures.series_id = leaders.series_id
            and figures.period >= leaders.period_from
            and (leaders.period_to is null or figures.period <= leaders.period_to)
            and leaders.indicator_id = 'distraint'
    ),

    trusted as (select * from ranked where position = 1),

    days as (select distinct reference_date from figures where is_checked),

    names as (
        select
            days.reference_date,
            territory.municipality_code,
            count(*) over (
                partition by days.reference_date, {{ name_key("territory.municipality_name") }}
            ) as bearers
        from days
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on territory.valid_from <= days.reference_date
            and (territory.valid_to is null or territory.valid_to >= days.reference_date)
    ),

    -- Figures within half a year are of the same state: they share its errors and prove nothing.
    neighbours as (
        select
            figures.municipality_code,
            figures.series_id,
            figures.period,
            figures.persons,
            names.bearers,
            max_by(
                case when trusted.reference_date < figures.reference_date then trusted.persons end,
                case
                    when trusted.reference_date < figures.reference_date then trusted.reference_date
                end
            ) as persons_before,
            min_by(
                case when trusted.reference_date > figures.reference_date then trusted.persons end,
                case
                    when trusted.reference_date > figures.reference_date then trusted.reference_date
                end
            ) as persons_after,
            {% for neighbour, comparison, nearest in [
                ("before", "<", "max_by"),
                ("after", ">", "min_by"),
            ] %}
                {{ nearest }} (
                    case
                        when trusted.reference_date {{ comparison }} figures.reference_date
                        then trusted.is_workbook
                    end,
                    case
                        when trusted.reference_date {{ comparison }} figures.reference_date
                        then trusted.reference_date
                    end
                ) as is_workbook_{{ neighbour }},
            {% endfor %}
            min_by(
                case when trusted.is_workbook then trusted.persons end,
                case
                    when trusted.is_workbook
                    then
                        {{
                            ordered_pair(
                                days_between("trusted.reference_date", "figures.reference_date"),
                                "trusted.reference_date",
                            )
                        }}
                end
            ) as persons_workbook
        from figures
        inner join
            names
            on figures.municipality_code = names.municipality_code
            and figures.reference_date = names.reference_date
        inner join
            trusted
            on figures.municipality_code = trusted.municipality_code
            and {{ days_between("figures.reference_date", "trusted.reference_date") }}
            > {{ var("same_state_days") }}
        where figures.is_checked
        group by
            figures.municipality_code,
            figures.series_id,
            figures.period,
            figures.persons,
            names.bearers
    ),

    contradicted as (
        select
            municipality_code,
            series_id,
            period,
            bearers,
            is_workbook_before,
            is_workbook_after,
            persons_before is not null and persons_after is not null as has_both,
            persons_before is not null or persons_after is not null as has_one,
            {% for neighbour in ["before", "after", "workbook"] %}
                persons_{{ neighbour }} is not null
                and greatest(persons, persons_{{ neighbour }}) >= {{ var("ambiguous_from_count") }}
                and greatest(persons, persons_{{ neighbour }})
                >= {{ var("ambiguous_from_factor") }}
                * least(persons, persons_{{ neighbour }}) as by_{{ neighbour }},
                persons_{{ neighbour }} is null as without_{{ neighbour }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from neighbours
    ),

    -- A workbook next to the figure decides alone. Otherwise both neighbours must contradict, or
    -- the
    -- only one there is, and so must the nearest workbook: next to swapped figures a right one
    -- stands
    -- out too. Under a name of its own, all three must be there and contradict.
    contradictory as (
        select
            municipality_code,
            series_id,
            period,
            case when bearers > 1 then 'ambiguous_name' else 'unlike_other_years' end as reason
        from contradicted
        where
            (
                bearers > 1
                and (
                    (is_workbook_before and by_before)
                    or (is_workbook_after and by_after)
                    or (
                        has_one
                        and (by_before or without_before)
                        and (by_after or without_after)
                        and (by_workbook or without_workbook)
                    )
                )
            )
            or (bearers = 1 and has_both and by_before and by_after and by_workbook)
    ),

    -- The extract without codes cannot tell namesakes of one district apart, and so cannot what was
    -- made from it for the same day.
    unresolved as (
        select
            figures.municipality_code, figures.series_id, figures.period, 'ambiguous_name' as reason
        from {{ ref("int_distraint_figure") }} as figures
        inner join
            {{ ref("int_distraint_by_name") }} as extract_rows
            on figures.municipality_code = extract_rows.municipality_code
            and figures.reference_date = extract_rows.reference_date
        where figures.is_checked and extract_rows.is_ambiguous
    ),

    -- A source without a base is held against the base of the same state.
    other_bases as (
        select
            figures.municipality_code,
            figures.series_id,
            figures.period,
            min_by(
                trusted.population_15plus,
                {{
                    ordered_pair(
                        days_between("trusted.reference_date", "figures.reference_date"),
                        "trusted.reference_date",
                    )
                }}
            ) as population_15plus
        from figures
        inner join trusted on figures.municipality_code = trusted.municipality_code
        where
            figures.is_checked
            and figures.population_15plus is null
            and {{ days_between("figures.reference_date", "trusted.reference_date") }}
            <= {{ var("same_state_days") }}
        group by figures.municipality_code, figures.series_id, figures.period
    ),

    impossible as (
        select
            figures.municipality_code,
            figures.series_id,
            figures.period,
            'exceeds_population' as reason
        from figures
        left join
            other_bases
            on figures.municipality_code = other_bases.municipality_code
            and figures.series_id = other_bases.series_id
            and figures.period = other_bases.period
        where
            figures.is_checked
            and figures.persons > coalesce(figures.population_15plus, other_bases.population_15plus)
    )

select municipality_code, series_id, period, min(reason) as reason
from
    (
        select municipality_code, series_id, period, reason
        from contradictory
        union all
        select municipality_code, series_id, period, reason
        from unresolved
        union all
        select municipality_code, series_id, period, reason
        from impossible
    ) as doubts
group by municipality_code, series_id, period
