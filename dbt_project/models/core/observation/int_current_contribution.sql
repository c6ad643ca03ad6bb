-- One row per leading figure of a municipality and municipality of today that it goes to; where no
-- heir is known, one row without
with
    stated as (
        select observations.*
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("int_leading_period") }} as leaders
            on observations.series_id = leaders.series_id
            and observations.dimension = leaders.dimension
            and observations.period = leaders.period
        where observations.territory_level = 'municipality'
    ),

    current_units as (
        select municipality_code from {{ ref("int_municipality_interval") }} where valid_to is null
    ),

    -- A part whose inhabitants no source counts stays where it was.
    part_moves as (
        select predecessor_code as municipality_code, max(effective_date) as effective_date
        from {{ ref("int_territory_succession") }}
        where kind = 'part_moved'
        group by predecessor_code
        union all
        select successor_code as municipality_code, max(effective_date) as effective_date
        from {{ ref("int_territory_succession") }}
        where kind = 'part_moved'
        group by successor_code
    ),

    last_part_moves as (
        select municipality_code, max(effective_date) as effective_date
        from part_moves
        group by municipality_code
    ),

    directed as (
        select
            stated.*,
            case
                when conversion.municipality_code is not null
                then conversion.target_code
                else current_units.municipality_code
            end as target_code,
            coalesce(conversion.weight, 1) as weight,
            coalesce(
                conversion.conversion_rule,
                case
                    when last_part_moves.effective_date > stated.reference_date
                    then 'part_not_moved'
                    else 'unchanged'
                end
            ) as conversion_rule,
            conversion.weight_basis,
            case
                when stated.given_value is not null and conversion.municipality_code is not null
                then 'not_additive'
                when
                    stated.observation_status not in ('observed', 'not_listed', 'estimated')
                    and conversion.municipality_code is not null
                then 'no_figure'
                when conversion.reason is not null
                then conversion.reason
                when conversion.target_code is null and current_units.municipality_code is null
                then 'not_in_register'
            end as reason
        from stated
        left join
            {{ ref("int_territory_conversion") }} as conversion
            on stated.territory_code = conversion.municipality_code
            and stated.reference_date = conversion.reference_date
        left join current_units on stated.territory_code = current_units.municipality_code
        left join last_part_moves on stated.territory_code = last_part_moves.municipality_code
    ),

    -- Whole parts by the largest remainder: what is shared out adds up to what was there.
    floored as (
        select
            *,
            floor(numerator_parts * weight) as numerator_floor,
            floor(denominator * weight) as denominator_floor
        from directed
        where weight < 1
    ),

    shared as (
        select
            *,
            numerator_parts - sum(numerator_floor) over (
                partition by territory_code, series_id, dimension, period
            ) as numerator_left,
            denominator - sum(denominator_floor) over (
                partition by territory_code, series_id, dimension, period
            ) as denominator_left,
            row_number() over (
                partition by territory_code, series_id, dimension, period
                order by numerator_parts * weight - numerator_floor desc, target_code
            ) as numerator_rank,
            row_number() over (
                partition by territory_code, series_id, dimension, period
                order by denominator * weight - denominator_floor desc, target_code
            ) as denominator_rank
        from floored
    )

    {% set columns = [
        "territory_code",
        "reference_date",
        "indicator_id",
        "dimension",
        "series_id",
        "period",
        "source_dataset",
        "source_edition",
        "parts_per_unit",
        "given_value",
        "observation_status",
        "target_code",
        "conversion_rule",
        "weight_basis",
        "reason",
    ] %}

select {{ columns | join(", ") }}, numerator_parts, denominator
from directed
where weight >= 1
union all
select
    {{ columns | join(", ") }},
    cast(
        numerator_floor + case when numerator_rank <= numerator_left then 1 else 0 end as bigint
    ) as numerator_parts,
    cast(
        denominator_floor
        + case when denominator_rank <= denominator_left then 1 else 0 end as bigint
    ) as denominator
from shared
