-- One row per operation, basis of place and place that a source names
with
    regions as (
        select region_code
        from {{ ref("int_current_municipality") }}
        where region_code is not null
        group by region_code
    ),

    realised as (
        select
            operations.funding_period,
            operations.project_number,
            'realisation' as place_basis,
            case when regions.region_code is null then 'country' else 'region' end as place_level,
            coalesce(regions.region_code, countries.country_code) as place_code
        from {{ ref("int_eu_operation_row") }} as operations
        -- NUTS codes shorter than a region's name the country or a part of it, which is no level
        -- of ours.
        left join regions on operations.region_nuts = regions.region_code
        left join
            (
                select country_code
                from {{ ref("int_current_municipality") }}
                where country_code is not null
                group by country_code
            ) as countries
            on left(operations.region_nuts, 2) = countries.country_code
    ),

    latest as (
        select max_by(edition, {{ ordered_pair("reference_date", "edition") }}) as edition
        from {{ ref("stg_mmr__ms2021_projects") }}
    ),

    -- Where the applicant sits is not where the money works: a basis of its own, never mixed.
    seated as (
        select
            '2021-2027' as funding_period,
            projects.project_number,
            'applicant_seat' as place_basis,
            'municipality' as place_level,
            projects.applicant_municipality_code as place_code
        from {{ ref("stg_mmr__ms2021_projects") }} as projects
        inner join latest on projects.edition = latest.edition
        inner join
            {{ ref("int_current_municipality") }} as territory
            on projects.applicant_municipality_code = territory.municipality_code
    )

select distinct funding_period, project_number, place_basis, place_level, place_code
from
    (
        select *
        from realised
        where place_code is not null
        union all
        select *
        from seated
    ) as places
