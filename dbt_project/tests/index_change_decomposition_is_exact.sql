{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "index_change_decomposition: the parts of each difference in points sum to it exactly",
                "remedy": "Compare int_index_coalition with int_index_point for the municipality named here; the states of two years do not give its points.",
            },
            "dagster": {"ref": {"name": "index_change_decomposition"}},
        }
    )
}}

select
    pairs.municipality_code,
    pairs.indicator_id,
    pairs.year_from,
    pairs.year_to,
    pairs.points_to - pairs.points_from as points_change,
    sum(coalesce(parts.points_120ths, 0)) as points_120ths
from {{ ref("int_index_pair") }} as pairs
left join
    {{ ref("index_change_decomposition") }} as parts
    on pairs.municipality_code = parts.municipality_code
    and pairs.indicator_id = parts.indicator_id
    and pairs.year_from = parts.year_from
    and pairs.year_to = parts.year_to
where pairs.points_from is not null and pairs.points_to is not null
group by
    pairs.municipality_code,
    pairs.indicator_id,
    pairs.year_from,
    pairs.year_to,
    pairs.points_from,
    pairs.points_to
having sum(coalesce(parts.points_120ths, 0)) <> 120 * (pairs.points_to - pairs.points_from)
