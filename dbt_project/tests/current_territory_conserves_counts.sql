{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value_current_territory: what was counted is carried or listed, for the country and for every region",
                "remedy": "Compare the contributions of the region named here with its figures of the day; a share is lost or doubled.",
            },
            "dagster": {"ref": {"name": "indicator_value_current_territory"}},
        }
    )
}}

-- A region's total of the day, plus what moved in, less what moved out, less what is listed as not
-- carried, is its total on today's territory. Moves are those of the ledger, not of the conversion.
with
    figures as (
        select
            territory_code, indicator_id, dimension, period, reference_date, numerator, denominator
        from {{ ref("indicator_value") }}
        where
            territory_level = 'municipality'
            and value_origin = 'source'
            -- Inhabitants of a place that a source does not list are in the base of its areas.
            and (numerator is not null and obs_status <> 'O' or interval_reason = 'not_listed')
    ),

    listed as (
        select territory_code, indicator_id, dimension, period
        from {{ ref("indicator_value_not_converted") }}
        where reason <> 'part_not_moved'
    ),

    -- A merged or divided municipality lies where its heirs lie.
    heirs as (
        select predecessor_code, max(successor_code) as successor_code
        from {{ ref("int_territory_succession") }}
        where kind = 'merged'
        group by predecessor_code
    ),

    today as (
        select territory_code, region_code
        from {{ ref("territory") }}
        where territory_level = 'municipality' and is_current
    ),

    placed as (
        select figures.*, today.region_code, listed.territory_code is not null as is_listed
        from figures
        left join heirs on figures.territory_code = heirs.predecessor_code
        left join
            today on coalesce(heirs.successor_code, figures.territory_code) = today.territory_code
        left join
            listed
            on figures.territory_code = listed.territory_code
            and figures.indicator_id = listed.indicator_id
            and figures.dimension = listed.dimension
            and figures.period = listed.period
    ),

    expected as (
        select
            'region' as territory_level,
            region_code as territory_code,
            indicator_id,
            dimension,
            period,
            sum(numerator) as numerator,
            sum(denominator) as denominator
        from placed
        where not is_listed
        group by region_code, indicator_id, dimension, period
        union all
        select
            'country' as territory_level,
            territory_code,
            indicator_id,
            dimension,
            period,
            numerator,
            denominator
        from {{ ref("indicator_value") }}
        where territory_level = 'country' and value_origin = 'sum'
    )

select
    expected.*, carried.numerator as carried_numerator, carried.denominator as carried_denominator
from expected
left join
    {{ ref("indicator_value_current_territory") }} as carried
    on expected.territory_level = carried.territory_level
    and expected.territory_code = carried.territory_code
    and expected.indicator_id = carried.indicator_id
    and expected.dimension = carried.dimension
    and expected.period = carried.period
where
    expected.numerator is not null
    and (
        carried.territory_code is null
        or abs(expected.numerator - carried.numerator) > 1e-6 * greatest(1, expected.numerator)
        or coalesce(expected.denominator, 0) <> coalesce(carried.denominator, 0)
    )
