-- One row per territory, indicator, dimension, period and series beside the leading one
with
    -- A series without a base is compared by its count.
    valued as (
        select
            figures.*,
            cast(figures.numerator_parts as double) / figures.parts_per_unit as numerator,
            catalogue.unit,
            {{ indicator_figure("figures", "catalogue") }} as value
        from {{ ref("int_figure") }} as figures
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on figures.indicator_id = catalogue.indicator_id
        left join
            {{ ref("int_leading_period") }} as leaders
            on figures.series_id = leaders.series_id
            and figures.dimension = leaders.dimension
            and figures.period = leaders.period
        where leaders.series_id is null
    ),

    -- The leading period of the same day; where there is none, the nearest within half a year.
    compared as (
        select
            stated.indicator_id,
            stated.dimension,
            stated.series_id,
            stated.period,
            min_by(
                leaders.period,
                {{
                    ordered_pair(
                        days_between("leaders.reference_date", "stated.reference_date"),
                        "leaders.reference_date",
                    )
                }}
            ) as leading_period
        from
            (
                select distinct indicator_id, dimension, series_id, period, reference_date
                from valued
            ) as stated
        inner join
            {{ ref("int_leading_period") }} as leaders
            on stated.indicator_id = leaders.indicator_id
            and stated.dimension = leaders.dimension
            and {{ days_between("leaders.reference_date", "stated.reference_date") }}
            <= {{ var("same_state_days") }}
        group by stated.indicator_id, stated.dimension, stated.series_id, stated.period
    )

select
    valued.territory_level,
    valued.territory_code,
    valued.territory_name,
    valued.indicator_id,
    valued.dimension,
    valued.period,
    valued.series_id,
    valued.reference_date,
    valued.numerator,
    valued.denominator,
    valued.value,
    valued.unit,
    case
        when valued.observation_status not in ('observed', 'estimated', 'no_school')
        then 'O'
        when coalesce(valued.numerator, valued.value) is null
        then 'M'
        when valued.observation_status = 'estimated'
        then 'E'
        else 'A'
    end as obs_status,
    case
        when valued.observation_status not in ('observed', 'estimated')
        then valued.observation_status
    end as missing_reason,
    leaders.series_id as leading_series_id,
    leaders.period as leading_period,
    leaders.numerator as leading_numerator,
    leaders.value as leading_value,
    valued.numerator - leaders.numerator as numerator_difference,
    valued.value - leaders.value as value_difference,
    valued.source_dataset,
    valued.source_edition
from valued
left join
    compared
    on valued.indicator_id = compared.indicator_id
    and valued.dimension = compared.dimension
    and valued.series_id = compared.series_id
    and valued.period = compared.period
left join
    {{ ref("indicator_value") }} as leaders
    on valued.territory_level = leaders.territory_level
    and valued.territory_code = leaders.territory_code
    and valued.indicator_id = leaders.indicator_id
    and valued.dimension = leaders.dimension
    and compared.leading_period = leaders.period
