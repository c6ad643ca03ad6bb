{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_trend: the fall of distraint planted in the demo country is found, its break refused",
                "remedy": "Compare indicator_trend with the yearly levels in the generator of the demo country.",
            },
            "dagster": {"ref": {"name": "indicator_trend"}},
        }
    )
}}

-- The generator lowers distraint year by year in the whole country, and changes the definition of
-- the housing allowance in its fourth year.
select territory_code, indicator_id, result, reason
from {{ ref("indicator_trend") }}
where
    '{{ world() }}' = 'demo'
    and territory_level = 'country'
    and (
        (indicator_id = 'distraint' and result <> 'getting_better')
        or (indicator_id = 'housing_allowance' and coalesce(reason, '') <> 'series_break')
    )
