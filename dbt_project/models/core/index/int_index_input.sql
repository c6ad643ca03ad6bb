-- One row per municipality that has an index, index input and year: its points and the share they
-- stand on, borrowed from the donor where there is no school
select
    points.municipality_code,
    points.indicator_id,
    points.year,
    points.points,
    points.points_count,
    points.points_share,
    points.points_lq,
    totals.index_points,
    -- Whole billionths, so that sums do not depend on their order; without a base the share is 0.
    cast(round(coalesce(givers.share_value, 0) * 1000000000) as bigint) as share_billionths,
    case
        when coalesce(givers.denominator, 0) = 0
        then 0
        else {{ sub_score("givers.lq_country", "rule.lq_low", "rule.lq_high") }}
    end as points_lq_country
from {{ ref("int_index_point") }} as points
inner join
    {{ ref("int_index_total") }} as totals
    on points.municipality_code = totals.municipality_code
    and points.year = totals.year
inner join
    {{ ref("int_index_score") }} as givers
    on coalesce(points.donor_code, points.municipality_code) = givers.municipality_code
    and points.indicator_id = givers.indicator_id
    and points.year = givers.year
inner join
    {{ ref("int_index_rule") }} as rule
    on points.indicator_id = rule.indicator_id
    and points.year = rule.year
where totals.index_points is not null
