-- One row per district, with the region it lies in
with
    -- The latest edition of each list counts; the structure workbook fills what the lists lack.
    districts as (
        select cis101_code, max_by(district_code, reference_date) as district_code
        from {{ ref("stg_csu__districts") }}
        where not is_extra_regio
        group by cis101_code
    ),

    regions as (
        select cis100_code, max_by(region_code, reference_date) as region_code
        from {{ ref("stg_csu__regions") }}
        where not is_extra_regio
        group by cis100_code
    ),

    links as (
        select cis101_code, max_by(cis100_code, reference_date) as cis100_code
        from {{ ref("stg_csu__region_district") }}
        group by cis101_code
    ),

    listed as (
        select districts.district_code, max(regions.region_code) as region_code
        from links
        inner join districts on links.cis101_code = districts.cis101_code
        inner join regions on links.cis100_code = regions.cis100_code
        group by districts.district_code
    ),

    structure as (
        select district_code, max_by(region_code, snapshot_date) as region_code
        from {{ ref("stg_csu__territory_structure") }}
        group by district_code
    )

select
    coalesce(listed.district_code, structure.district_code) as district_code,
    coalesce(listed.region_code, structure.region_code) as region_code
from listed
full outer join structure on listed.district_code = structure.district_code
