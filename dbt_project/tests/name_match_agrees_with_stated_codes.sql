{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "name_match: where the source states a code too, the name leads to the same one",
                "remedy": "Look at the name and its candidates; a rule that matched it wrongly must go, or the source pairs a code with another name.",
            }
        }
    )
}}

-- Codes are no part of the match, so each is a proof from outside; those of town parts are in no
-- ledger.
select matches.*
from {{ ref("name_match") }} as matches
inner join
    {{ ref("int_territory_name") }} as territories
    on matches.territory_level = territories.territory_level
    and matches.stated_code = territories.territory_code
where matches.territory_code <> matches.stated_code
