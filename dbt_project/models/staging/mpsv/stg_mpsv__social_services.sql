-- One row per social service and edition of the register of social services
select
    _edition as edition,
    {{ parse_date("coalesce(_reference_date, _edition)") }} as reference_date,
    service_id,
    -- »DruhSocialniSluzby/13«: what stands before the slash names the list of codes.
    split_part(service_kind, '/', 2) as service_kind,
    {{ parse_date("provided_from") }} as provided_from,
    {{ parse_date("provided_to") }} as provided_to
from {{ source("raw", "mpsv__social_services") }}
