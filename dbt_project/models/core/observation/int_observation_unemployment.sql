-- One row per municipality and month of the share of unemployed, as the source gives it
select
    'municipality' as territory_level,
    municipality_code as territory_code,
    municipality_name as territory_name,
    cast(null as varchar) as country_code,
    'unemployment_share' as indicator_id,
    'total' as dimension,
    'csu__unemployment/unemployment_share' as series_id,
    period,
    reference_date,
    'csu__unemployment' as source_dataset,
    edition as source_edition,
    cast(null as bigint) as numerator_parts,
    1 as parts_per_unit,
    cast(null as bigint) as denominator,
    unemployment_share_pct as given_value,
    case
        when unemployment_share_pct is null then 'missing' else 'observed'
    end as observation_status,
    cast(null as varchar) as source_quality
from {{ ref("stg_csu__unemployment") }}
