-- One row per council and edition of the register of councils
select
    councils.council_code,
    councils.council_name,
    councils.municipality_code,
    councils.municipality_name,
    councils.council_code <> councils.municipality_code as is_town_district,
    councils.seats,
    councils.population as inhabitants_by_register,
    councils.population / cast(councils.seats as double) as inhabitants_per_seat,
    councils.candidate_lists,
    councils.row_kind = '1' as has_electoral_districts,
    territory.orp_code,
    territory.district_code,
    territory.region_code,
    councils.reference_date,
    'csu__council_register' as source_dataset,
    councils.edition as source_edition
from {{ ref("stg_csu__council_register") }} as councils
left join
    {{ ref("int_current_municipality") }} as territory
    on councils.municipality_code = territory.municipality_code
-- A row of kind 2 is one electoral district of a council that has a row of its own.
where councils.row_kind in ('0', '1')
