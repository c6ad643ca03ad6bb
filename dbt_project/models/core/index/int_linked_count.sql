-- One row per municipality, indicator and year whose count can be compared with that of the year
-- before
with
    counted as (
        select
            observations.territory_code as municipality_code,
            observations.indicator_id,
            observations.series_id,
            cast(observations.period as integer) as year,
            observations.reference_date,
            observations.numerator_parts,
            observations.parts_per_unit,
            observations.denominator
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("int_leading_period") }} as leaders
            on observations.indicator_id = leaders.indicator_id
            and observations.series_id = leaders.series_id
            and observations.period = leaders.period
            and leaders.dimension = 'total'
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on observations.indicator_id = catalogue.indicator_id
        where
            observations.territory_level = 'municipality'
            and observations.dimension = 'total'
            and observations.observation_status = 'observed'
            and observations.denominator > 0
            and length(observations.period) = 4
            and catalogue.interval_method in ('wilson', 'poisson')
    ),

    linked as (
        select
            later.municipality_code,
            later.indicator_id,
            later.series_id,
            earlier.year as year_from,
            later.year as year_to,
            later.parts_per_unit,
            earlier.numerator_parts as parts_from,
            later.numerator_parts as parts_to,
            earlier.denominator as base_from,
            later.denominator as base_to
        from counted as later
        inner join
            counted as earlier
            on later.municipality_code = earlier.municipality_code
            and later.indicator_id = earlier.indicator_id
            and later.series_id = earlier.series_id
            and later.year = earlier.year + 1
        left join
            {{ ref("int_index_territory_change") }} as moves
            on later.municipality_code = moves.municipality_code
            and moves.effective_date > earlier.reference_date
            and moves.effective_date <= later.reference_date
        left join
            {{ ref("series_break_window") }} as breaks
            on breaks.world = '{{ world() }}'
            and later.indicator_id = breaks.indicator_id
            and cast(later.year as varchar) > breaks.from_period
            and cast(earlier.year as varchar) < coalesce(breaks.to_period, '9999')
        where moves.municipality_code is null and breaks.indicator_id is null
    ),

    -- Counts of the country by which all of them moved.
    national as (
        select
            indicator_id,
            year_from,
            year_to,
            sum(parts_from) as parts_from,
            sum(parts_to) as parts_to,
            sum(base_from) as base_from,
            sum(base_to) as base_to
        from linked
        group by indicator_id, year_from, year_to
    )

select
    linked.*,
    {{ size_class("linked.parts_from + linked.parts_to", "linked.parts_per_unit") }} as size_class,
    {{
        change_score(
            "linked.parts_from",
            "linked.parts_to",
            "linked.parts_per_unit",
            "cast(linked.base_from as double)",
            movement("national", "linked.base_to"),
        )
    }} as change_score
from linked
inner join
    national
    on linked.indicator_id = national.indicator_id
    and linked.year_from = national.year_from
