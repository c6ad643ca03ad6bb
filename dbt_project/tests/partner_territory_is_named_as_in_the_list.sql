-- Partners whose territory is not in the ledger today, or bears another name there than in the list
-- in which its code was looked up: a wrong code would tie a town's work to another town.
{{
    config(
        meta={
            "dagster": {"ref": {"name": "partner_territory"}},
            "agis": {
                "severity": "error",
                "title": "Codes of partners belong to the places that are meant",
                "expected": "each territory under its code and name in the ledger of today",
                "remedy": "Look the place up by name and district and correct the code in the seed agency_partner_territory.",
            },
        }
    )
}}
select links.partner_id, links.territory_level, links.territory_code, links.stated_name
from {{ ref("partner_territory") }} as links
left join
    {{ ref("territory") }} as territory
    on links.territory_level = territory.territory_level
    and links.territory_code = territory.territory_code
    and territory.is_current
where
    territory.territory_code is null
    or {{ name_key("links.stated_name") }} <> {{ name_key("territory.territory_name") }}
