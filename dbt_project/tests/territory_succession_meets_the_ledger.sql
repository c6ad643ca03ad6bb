{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "territory_succession: what it founds and ends is founded and ended in the ledger on that day",
                "remedy": "Correct the code or the day in the seed, or look at int_municipality_existence.",
            },
            "dagster": {"ref": {"name": "territory_change"}},
        }
    )
}}

with
    changes as (
        select territory_code, change_type, effective_date
        from {{ ref("territory_change") }}
        where territory_level = 'municipality'
    ),

    expected as (
        select successor_code as territory_code, 'founded' as change_type, effective_date
        from {{ ref("int_territory_succession") }}
        where kind in ('split', 'recoded', 'military_district_reduced')
        union
        select predecessor_code as territory_code, 'ended' as change_type, effective_date
        from {{ ref("int_territory_succession") }}
        where kind in ('merged', 'recoded')
    ),

    ledger as (select 1 as is_there from changes limit 1)

select expected.*
from expected
cross join ledger
left join
    changes
    on expected.territory_code = changes.territory_code
    and expected.change_type = changes.change_type
    and expected.effective_date = changes.effective_date
where changes.territory_code is null
