-- One row per municipality, index input and year: what a re-draw of the index needs
select
    scores.municipality_code,
    scores.indicator_id,
    scores.year,
    territory.region_code,
    -- Without a school there is nothing of its own to draw and nothing in the sums.
    coalesce(scores.numerator_parts, 0) as numerator_parts,
    cast(catalogue.parts_per_unit as integer) as parts_per_unit,
    coalesce(scores.denominator, 0) as denominator,
    catalogue.is_proportion,
    cast(catalogue.multiplier as integer) as multiplier,
    coalesce(points.donor_code, scores.municipality_code) as donor_code,
    cast(points.points as integer) as points,
    totals.index_points is not null as has_index,
    rule.region_weight,
    rule.country_weight,
    rule.count_low,
    rule.count_high,
    rule.share_low,
    rule.share_high,
    rule.lq_low,
    rule.lq_high
from {{ ref("int_index_score") }} as scores
inner join
    {{ ref("int_index_point") }} as points
    on scores.municipality_code = points.municipality_code
    and scores.indicator_id = points.indicator_id
    and scores.year = points.year
inner join
    {{ ref("int_index_total") }} as totals
    on scores.municipality_code = totals.municipality_code
    and scores.year = totals.year
inner join
    {{ ref("int_municipality_year") }} as territory
    on scores.municipality_code = territory.municipality_code
    and scores.year = territory.year
inner join
    {{ ref("indicator_catalogue") }} as catalogue on scores.indicator_id = catalogue.indicator_id
inner join
    {{ ref("int_index_rule") }} as rule
    on scores.indicator_id = rule.indicator_id
    and scores.year = rule.year
