-- One row per municipality and index year, with the territory that was valid on the reference date
select
    index_rows.municipality_code,
    index_rows.year,
    index_rows.reference_date,
    index_rows.edition as source_edition,
    coalesce(territory.municipality_name, index_rows.municipality_name) as municipality_name,
    territory.municipality_status,
    territory.pou_code,
    territory.orp_code,
    territory.district_code,
    territory.region_code,
    territory.country_code,
    territory.municipality_code is not null as is_in_register,
    coalesce(territory.municipality_status = 'U', false) as is_military_district
from {{ ref("stg_asz__social_exclusion_index") }} as index_rows
left join
    {{ ref("int_municipality_interval") }} as territory
    on index_rows.municipality_code = territory.municipality_code
    and territory.valid_from <= index_rows.reference_date
    and (territory.valid_to is null or territory.valid_to >= index_rows.reference_date)
