-- One row per facility of a social service as listed, and edition of the register
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, _edition)") }} as reference_date,
    service_id,
    facility_name,
    {{ parse_date("provided_from") }} as provided_from,
    {{ parse_date("provided_to") }} as provided_to,
    address_point_code,
    -- RÚIAN's code of a municipality is the statistical office's too.
    split_part(municipality, '/', 2) as municipality_code
from {{ source("raw", "mpsv__social_service_facilities") }}
