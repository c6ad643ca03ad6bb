-- One row per municipality, index input, index year that follows another, and factor that moved
-- its points
with
    -- Across a break the figures before and after are of two kinds: what they moved is the
    -- source's.
    named as (
        select
            parts.municipality_code,
            parts.indicator_id,
            parts.year_from,
            parts.year_to,
            case
                when
                    parts.factor in ('count', 'reference')
                    and pairs.is_numerator_broken
                    or parts.factor in ('base', 'reference')
                    and pairs.is_denominator_broken
                then 'source_version'
                else parts.factor
            end as factor,
            cast(sum(parts.points_120ths) as integer) as points_120ths
        from {{ ref("int_index_part") }} as parts
        inner join
            {{ ref("int_index_pair") }} as pairs
            on parts.municipality_code = pairs.municipality_code
            and parts.indicator_id = pairs.indicator_id
            and parts.year_from = pairs.year_from
            and parts.year_to = pairs.year_to
        group by 1, 2, 3, 4, 5
    )

select
    named.municipality_code,
    territory.municipality_name,
    named.indicator_id,
    named.year_from,
    named.year_to,
    named.factor,
    named.points_120ths,
    cast(named.points_120ths as double) / 120 as points,
    cast(pairs.points_from as integer) as points_from,
    cast(pairs.points_to as integer) as points_to,
    cast(pairs.points_to - pairs.points_from as integer) as points_change,
    pairs.donor_from_code,
    pairs.donor_to_code,
    {% for measure in ["count", "share", "lq"] %}
        cast(
            pairs.points_{{ measure }}_to - pairs.points_{{ measure }}_from as integer
        ) as {{ measure }}_cut_offs_crossed,
    {% endfor %}
    pairs.is_numerator_broken or pairs.is_denominator_broken as is_break_crossed,
    pairs.is_territory_changed,
    pairs.region_from_code <> pairs.region_to_code as is_region_changed,
    pairs.source_edition_from,
    pairs.source_edition_to
from named
inner join
    {{ ref("int_index_pair") }} as pairs
    on named.municipality_code = pairs.municipality_code
    and named.indicator_id = pairs.indicator_id
    and named.year_from = pairs.year_from
    and named.year_to = pairs.year_to
inner join
    {{ ref("int_municipality_year") }} as territory
    on named.municipality_code = territory.municipality_code
    and named.year_to = territory.year
where named.points_120ths <> 0
