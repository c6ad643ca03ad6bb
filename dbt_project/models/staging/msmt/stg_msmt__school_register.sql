-- One row per school or facility and edition of the older register of schools
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    organisation_red_izo,
    organisation_name,
    district_lau as district_code,
    orp_code_msmt as msmt_orp_code,
    school_izo,
    school_kind,
    {{ number_or_null("capacity", "bigint") }} as capacity,
    capacity_unit
from {{ source("raw", "msmt__school_register") }}
