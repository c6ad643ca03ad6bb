{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "index_stability: one headline variant, and at least 1,000 draws for each municipality that has an index",
                "remedy": "Look at the seed index_stability_variant and at int_index_simulation.",
            },
            "dagster": {"ref": {"name": "index_stability"}},
        }
    )
}}

select totals.municipality_code, totals.year, count(stability.variant) as headline_variants
from {{ ref("int_index_total") }} as totals
left join
    {{ ref("index_stability") }} as stability
    on totals.municipality_code = stability.municipality_code
    and totals.year = stability.year
    and stability.is_headline_variant
    and stability.draws >= 1000
where totals.index_points is not null
group by totals.municipality_code, totals.year
having count(stability.variant) <> 1
