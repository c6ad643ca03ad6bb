{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "stg_ekcr__distraint_by_municipality: persons and proceedings are those the Chamber states",
                "remedy": "Compare rows and sums with the file; the sums are met before ambiguous names are taken out.",
            }
        }
    )
}}

-- Totals as published; a snapshot that is not at hand is not judged.
select edition, sum(persons) as persons, sum(proceedings) as proceedings
from {{ ref("stg_ekcr__distraint_by_municipality") }}
where '{{ world() }}' = 'real' and edition = '2023-03-26'
group by edition
having sum(persons) <> 652163 or sum(proceedings) <> 4028956
