{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "name_match: no two names of one list of municipalities lead to the same one",
                "remedy": "Compare the two names with the file; one of them means another municipality, or the list names one twice.",
            }
        }
    )
}}

select source_dataset, source_edition, territory_code, count(*) as names
from {{ ref("name_match") }}
where territory_level = 'municipality' and territory_code is not null
group by source_dataset, source_edition, territory_code
having count(*) > 1
