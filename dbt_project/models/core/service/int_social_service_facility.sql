-- One row per facility of a social service that is open on the day of the edition
with
    addresses as (
        select address_point_code, max(municipality_code) as municipality_code
        from {{ ref("stg_cuzk__addresses") }}
        group by address_point_code
    ),

    -- The register lists many facilities several times under one name and address.
    listed as (
        select distinct
            edition,
            reference_date,
            service_id,
            facility_name,
            address_point_code,
            municipality_code
        from {{ ref("stg_mpsv__social_service_facilities") }}
        where
            (provided_from is null or provided_from <= reference_date)
            and (provided_to is null or provided_to >= reference_date)
    )

select
    listed.edition,
    listed.reference_date,
    listed.service_id,
    listed.facility_name,
    listed.address_point_code,
    coalesce(nullif(listed.municipality_code, ''), addresses.municipality_code) as municipality_code
from listed
left join addresses on listed.address_point_code = addresses.address_point_code
