-- One row per kind of school, source edition and municipality that has such a school
with
    latest as (
        select max_by(edition, {{ ordered_pair("reference_date", "edition") }}) as edition
        from {{ ref("stg_msmt__school_register_jsonld") }}
    ),

    addresses as (
        select address_point_code, max(municipality_code) as municipality_code
        from {{ ref("stg_cuzk__addresses") }}
        group by address_point_code
    ),

    -- The seat counts only where the register names no place of teaching.
    taught as (
        select
            schools.edition,
            schools.reference_date,
            schools.school_kind,
            schools.school_izo,
            unnest(
                string_split(
                    coalesce(schools.place_address_codes, schools.organisation_address_code), '; '
                )
            ) as address_point_code
        from {{ ref("stg_msmt__school_register_jsonld") }} as schools
        inner join latest on schools.edition = latest.edition
    ),

    register as (
        select
            'msmt__school_register_jsonld' as source_dataset,
            taught.edition as source_edition,
            taught.reference_date,
            taught.school_kind,
            addresses.municipality_code,
            count(distinct taught.school_izo) as schools
        from taught
        inner join addresses on taught.address_point_code = addresses.address_point_code
        group by
            taught.edition, taught.reference_date, taught.school_kind, addresses.municipality_code
    ),

    -- The index workbook says who has a primary school with ordinary classes, not how many.
    workbook as (
        select
            'asz__social_exclusion_index' as source_dataset,
            schools.edition as source_edition,
            schools.reference_date,
            'ordinary_primary' as school_kind,
            schools.municipality_code,
            cast(null as bigint) as schools
        from {{ ref("stg_asz__social_exclusion_index") }} as schools
        where
            schools.early_leavers_status in ('own_school', 'no_leaving_pupils')
            and schools.year
            = (select max(latest.year) from {{ ref("stg_asz__social_exclusion_index") }} as latest)
    )

select *
from register
union all
select *
from workbook
