{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "method_conformance: every method meets the published figures that it is held against",
                "remedy": "Compare the function in macros/statistics.sql or the model named here with the formula of its source.",
            },
            "dagster": {"ref": {"name": "method_conformance"}},
        }
    )
}}

select *
from {{ ref("method_conformance") }}
where not is_met
