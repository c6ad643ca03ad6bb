-- One row per municipality, 1 January and edition of DataStat's OBY02A
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as edition_date,
    cast(concat(year, '-01-01') as date) as reference_date,
    territory_code as municipality_code,
    territory_name as municipality_name,
    cast(population as bigint) as population
from {{ source("raw", "csu__population_datastat") }}
-- The same column holds the regions, whose codes have five characters.
where length(territory_code) = 6
