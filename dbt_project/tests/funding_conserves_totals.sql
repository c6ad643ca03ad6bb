{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "EU money: every level and basis of place adds up to the lists",
                "remedy": "Compare the level's rows with int_eu_operation: a place was lost, doubled or divided wrongly.",
            },
            "dagster": {"ref": {"name": "int_funding_area"}},
        }
    )
}}
-- One row per period, basis of place and level whose money is not that of the operations
with
    listed as (
        select funding_period, sum(eligible_parts) as eligible_parts, sum(eu_parts) as eu_parts
        from {{ ref("int_eu_operation") }}
        group by funding_period
    ),

    placed as (
        select
            funding_period,
            place_basis,
            territory_level,
            sum(eligible_parts) as eligible_parts,
            sum(eu_parts) as eu_parts
        from {{ ref("int_funding_area") }}
        group by funding_period, place_basis, territory_level
    )

select placed.*, listed.eligible_parts as listed_eligible_parts, listed.eu_parts as listed_eu_parts
from placed
inner join listed on placed.funding_period = listed.funding_period
where
    placed.eligible_parts is distinct from listed.eligible_parts
    or placed.eu_parts is distinct from listed.eu_parts
