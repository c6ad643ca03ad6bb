-- One row per municipality, index input and index year that follows another: the two years side
-- by side
with
    years as (
        select year as year_to, lag(year) over (order by year) as year_from
        from (select distinct year from {{ ref("int_municipality_year") }}) as found
    ),

    moves as (
        select distinct municipality_code, effective_date
        from {{ ref("int_index_territory_change") }}
    ),

    -- A municipality that came into another region is measured against another share.
    paired as (
        select
            later.municipality_code,
            points_to.indicator_id,
            years.year_from,
            years.year_to,
            earlier.region_code as region_from_code,
            later.region_code as region_to_code,
            earlier.source_edition as source_edition_from,
            later.source_edition as source_edition_to,
            coalesce(points_from.donor_code, earlier.municipality_code) as donor_from_code,
            coalesce(points_to.donor_code, later.municipality_code) as donor_to_code,
            {% for side in ["from", "to"] %}
                points_{{ side }}.points as points_{{ side }},
                points_{{ side }}.points_count as points_count_{{ side }},
                points_{{ side }}.points_share as points_share_{{ side }},
                points_{{ side }}.points_lq as points_lq_{{ side }},
            {% endfor %}
            exists (
                select 1
                from moves
                where
                    moves.municipality_code = later.municipality_code
                    and moves.effective_date > earlier.reference_date
                    and moves.effective_date <= later.reference_date
            ) as is_territory_changed
        from years
        inner join {{ ref("int_municipality_year") }} as later on years.year_to = later.year
        inner join
            {{ ref("int_municipality_year") }} as earlier
            on years.year_from = earlier.year
            and later.municipality_code = earlier.municipality_code
        inner join
            {{ ref("int_index_point") }} as points_to
            on later.municipality_code = points_to.municipality_code
            and years.year_to = points_to.year
        inner join
            {{ ref("int_index_point") }} as points_from
            on earlier.municipality_code = points_from.municipality_code
            and points_to.indicator_id = points_from.indicator_id
            and years.year_from = points_from.year
    ),

    breaks as (
        select
            neighbours.indicator_id,
            neighbours.year_to,
            max(
                case when windows.part_affected <> 'denominator' then 1 else 0 end
            ) as is_numerator_affected,
            max(
                case when windows.part_affected <> 'numerator' then 1 else 0 end
            ) as is_denominator_affected
        from (select distinct indicator_id, year_from, year_to from paired) as neighbours
        inner join
            {{ ref("series_break_window") }} as windows
            on neighbours.indicator_id = windows.indicator_id
            and cast(neighbours.year_to as varchar) > windows.from_period
            and cast(neighbours.year_from as varchar) < coalesce(windows.to_period, '9999')
        where windows.world = '{{ world() }}'
        group by neighbours.indicator_id, neighbours.year_to
    )

select
    paired.*,
    coalesce(breaks.is_numerator_affected = 1, false) as is_numerator_broken,
    coalesce(breaks.is_denominator_affected = 1, false) as is_denominator_broken
from paired
left join breaks on paired.indicator_id = breaks.indicator_id and paired.year_to = breaks.year_to
