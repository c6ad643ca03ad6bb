{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "territory: the intervals of a territory follow each other without gap or overlap",
                "remedy": "Look at int_territory_attribute and int_municipality_existence for the territory named here.",
            },
        }
    )
}}

with
    followed as (
        select
            territory_level,
            territory_code,
            valid_from,
            valid_to,
            lead(valid_from) over (
                partition by territory_level, territory_code order by valid_from
            ) as next_from
        from {{ ref("territory") }}
    )

select *
from followed
where
    valid_to < valid_from
    or (next_from is not null and (valid_to is null or {{ day_after("valid_to") }} <> next_from))
