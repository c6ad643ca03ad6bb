-- One row per territory and edition of the list of territories of the database KROK
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    krok_code,
    name as territory_name,
    -- Only these kinds have been seen; any other stays without a level and resolves to nothing.
    case
        kind when 'ČR' then 'country' when 'kraj' then 'region' when 'soorp' then 'orp'
    end as territory_level
from {{ source("raw", "csu__krok_territories") }}
