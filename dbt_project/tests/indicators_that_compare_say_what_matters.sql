{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator: whatever is a ratio or has an interval says from how many cases and which difference matters",
                "remedy": "Add a row of the indicator named here to the seed indicator_relevance.",
            },
            "dagster": {"ref": {"name": "indicator"}},
        }
    )
}}

select catalogue.indicator_id, relevance.minimum_numerator, relevance.minimum_relevant_difference
from {{ ref("indicator_catalogue") }} as catalogue
left join
    {{ ref("indicator_relevance") }} as relevance on catalogue.indicator_id = relevance.indicator_id
where
    (
        (catalogue.value_kind = 'ratio' or catalogue.interval_method <> 'none')
        and coalesce(relevance.minimum_numerator, 0) < 1
    )
    or (catalogue.value_kind = 'ratio' and coalesce(relevance.minimum_relevant_difference, 0) <= 0)
