{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "social_exclusion_index: every unit is a municipality of the territory ledger on the reference date",
                "remedy": "Look the code up in the official lists; it may be mistyped in the workbook, or the ledger may lack a change.",
            },
            "dagster": {"ref": {"name": "social_exclusion_index"}},
        }
    )
}}

select index_rows.municipality_code, index_rows.municipality_name, index_rows.year
from {{ ref("social_exclusion_index") }} as index_rows
left join
    {{ ref("territory") }} as territory
    on territory.territory_level = 'municipality'
    and index_rows.municipality_code = territory.territory_code
    and territory.valid_from <= index_rows.reference_date
    and (territory.valid_to is null or territory.valid_to >= index_rows.reference_date)
where territory.territory_code is null
