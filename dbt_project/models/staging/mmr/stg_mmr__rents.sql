-- One row per town or town part and edition of the rent price map
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    place_code,
    -- A longer code is a part of a town (»Oblast 1«), whose name is no municipality's.
    case when length(place_code) = 6 then place_code end as municipality_code,
    place_name,
    district_name,
    region_name,
    cast(rent_min_czk_m2 as double) as rent_min_czk_m2,
    cast(rent_max_czk_m2 as double) as rent_max_czk_m2
from {{ source("raw", "mmr__rents") }}
