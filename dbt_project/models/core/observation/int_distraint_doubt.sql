-- One row per municipality, series and period whose number of persons in distraint cannot be used
-- The index workbook is trusted; what others say of a name that several municipalities bear is
-- held against the figures before and after it.
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
        where figures.is_checked and names.bearers > 1
        group by figures.municipality_code, figures.series_id, figures.period, figures.persons
    ),

    -- Both neighbours must contradict, or the only one there is, and so must the nearest workbook:
    -- next to swapped figures a right one stands out too.
    ambiguous as (
        select municipality_code, series_id, period, 'ambiguous_name' as reason
        from neighbours
        where
            (persons_before is not null or persons_after is not null)
            {% for neighbour in ["persons_before", "persons_after", "persons_workbook"] %}
                and (
                    {{ neighbour }} is null
                    or (
                        greatest(persons, {{ neighbour }}) >= {{ var("ambiguous_from_count") }}
                        and greatest(persons, {{ neighbour }})
                        >= {{ var("ambiguous_from_factor") }} * least(persons, {{ neighbour }})
                    )
                )
            {% endfor %}
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
        from ambiguous
        union all
        select municipality_code, series_id, period, reason
        from impossible
    ) as doubts
group by municipality_code, series_id, period
