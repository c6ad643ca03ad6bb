-- One row per municipality and month of the share of unemployed
-- The edition at hand was cut to code and value by a third party; it is the share (NEZ0004).
select
    _edition as edition,
    _edition as period,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    cast(value as double) as unemployment_share_pct
from {{ source("raw", "csu__unemployment") }}
where coalesce(indicator_code, 'NEZ0004') = 'NEZ0004'
