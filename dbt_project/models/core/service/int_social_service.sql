-- One row per social service provided on the day of the latest edition of the register
with
    latest as (
        select max_by(edition, {{ ordered_pair("reference_date", "edition") }}) as edition
        from {{ ref("stg_mpsv__social_services") }}
    ),

    -- Ended services and facilities stay in the register.
    services as (
        select listed.edition, listed.reference_date, listed.service_id, listed.service_kind
        from {{ ref("stg_mpsv__social_services") }} as listed
        inner join latest on listed.edition = latest.edition
        where
            (listed.provided_from is null or listed.provided_from <= listed.reference_date)
            and (listed.provided_to is null or listed.provided_to >= listed.reference_date)
    ),

    places as (
        select
            service_id,
            edition,
            count(distinct municipality_code) as municipalities,
            bool_and(municipality_code is not null) as is_placed
        from {{ ref("int_social_service_facility") }}
        group by service_id, edition
    )

select
    services.edition,
    services.reference_date,
    services.service_id,
    services.service_kind,
    -- A capacity is the service's, not the facility's: it has a place where all facilities share
    -- one.
    case
        when coalesce(places.municipalities, 0) = 0
        then 'place_not_stated'
        when places.municipalities = 1 and places.is_placed
        then 'placed'
        else 'several_places'
    end as place_status
from services
left join places on services.service_id = places.service_id and services.edition = places.edition
