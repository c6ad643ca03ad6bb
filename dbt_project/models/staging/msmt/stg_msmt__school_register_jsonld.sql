-- One row per school or facility and edition of the register of schools (JSON-LD)
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, _edition)") }} as reference_date,
    school_izo,
    school_kind,
    organisation_district_lau as district_code,
    organisation_address_code,
    place_address_codes
from {{ source("raw", "msmt__school_register_jsonld") }}
