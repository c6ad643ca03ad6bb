{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "benefit_month: every municipality of a delivery is in the territory ledger on the last day of its year",
                "remedy": "Ask the provider about the code: it is mistyped, or the delivery is of another territory.",
            },
            "dagster": {"ref": {"name": "int_benefit_municipality"}},
        }
    )
}}

select municipality_code, year
from {{ ref("int_benefit_municipality") }}
where not is_in_register
group by municipality_code, year
