-- One row per municipality and edition of the definition points
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    cast(longitude as double) as longitude,
    cast(latitude as double) as latitude
from {{ source("raw", "cuzk__definition_points") }}
