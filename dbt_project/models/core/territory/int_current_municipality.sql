-- One row per municipality of today's territory: its areas, its point and its inhabitants
with
    -- The latest 1 January of the leading series; where there is none, who is counted beside the
    -- index.
    inhabitants as (
        select
            municipality_code,
            population as inhabitants,
            'population' as inhabitants_id,
            reference_date as inhabitants_date
        from {{ ref("int_population_base") }}
        where
            reference_date
            = (select max(latest.reference_date) from {{ ref("int_population_base") }} as latest)
    ),

    adults as (
        select
            municipality_code,
            population_15plus as inhabitants,
            'population_15plus' as inhabitants_id,
            reference_date as inhabitants_date
        from {{ ref("stg_asz__social_exclusion_index") }}
        where
            year
            = (select max(latest.year) from {{ ref("stg_asz__social_exclusion_index") }} as latest)
            and not exists (select 1 from inhabitants)
    ),

    counted as (
        select *
        from inhabitants
        union all
        select *
        from adults
    )

select
    territory.municipality_code,
    territory.municipality_name,
    territory.municipality_status,
    territory.orp_code,
    territory.district_code,
    territory.region_code,
    territory.country_code,
    points.x_m,
    points.y_m,
    counted.inhabitants,
    counted.inhabitants_id,
    counted.inhabitants_date
from {{ ref("int_municipality_interval") }} as territory
left join
    {{ ref("int_projected_point") }} as points
    on territory.municipality_code = points.municipality_code
left join counted on territory.municipality_code = counted.municipality_code
where territory.valid_to is null
