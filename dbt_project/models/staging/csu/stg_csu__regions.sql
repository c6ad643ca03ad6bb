-- One row per region and edition of the code list CIS0100
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    code as cis100_code,
    nuts3 as region_code,
    name as region_name,
    abbreviation as region_abbreviation,
    ruian_code,
    -- Extra-Regio is a statistical unit without territory; the code lists carry it, the ledger
    -- does not.
    substr(nuts3, 3) = 'ZZZ' as is_extra_regio,
    {{ parse_date("valid_from") }} as valid_from,
    {{ parse_open_end("valid_to") }} as valid_to
from {{ source("raw", "csu__regions") }}
