-- One row per administrative district of the capital, with the capital's codes
with
    -- The list does not name the municipality; its districts are those of the one with this status.
    capital as (
        select municipality_code, orp_code
        from {{ ref("int_municipality_interval") }}
        where municipality_status = 'H' and valid_to is null
    ),

    listed as (
        select
            prague_district_code,
            max_by(prague_district_name, reference_date) as prague_district_name,
            max_by(ruian_code, reference_date) as ruian_code,
            max(reference_date) as reference_date
        from {{ ref("stg_csu__prague_districts") }}
        group by prague_district_code
    )

select
    listed.prague_district_code,
    listed.prague_district_name,
    listed.ruian_code,
    editions.valid_from,
    editions.valid_to,
    capital.municipality_code,
    capital.orp_code
from listed
inner join
    {{ ref("stg_csu__prague_districts") }} as editions
    on listed.prague_district_code = editions.prague_district_code
    and listed.reference_date = editions.reference_date
cross join capital
