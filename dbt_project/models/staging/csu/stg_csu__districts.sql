-- One row per district and edition of the code list CIS0101
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    code as cis101_code,
    lau1 as district_code,
    name as district_name,
    ruian_code,
    -- Extra-Regio is a statistical unit without territory; the code lists carry it, the ledger
    -- does not.
    substr(lau1, 3) = 'ZZZZ' as is_extra_regio,
    {{ parse_date("valid_from") }} as valid_from,
    {{ parse_open_end("valid_to") }} as valid_to
from {{ source("raw", "csu__districts") }}
