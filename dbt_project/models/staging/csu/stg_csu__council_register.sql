-- One row per council, municipality, kind of row and electoral district, and edition
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    council_code,
    council_name,
    municipality_code,
    municipality_name,
    row_kind,
    cast(electoral_district_number as integer) as electoral_district_number,
    cast(seats as integer) as seats,
    cast(population as bigint) as population,
    cast(candidate_lists as integer) as candidate_lists
from {{ source("raw", "csu__council_register") }}
