-- One row per address point and edition of the list of addresses
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, _edition)") }} as reference_date,
    address_point_code,
    municipality_code
from {{ source("raw", "cuzk__addresses") }}
