-- One row per territory and other code system that numbers it
with
    districts as (
        select
            district_code,
            max_by(cis101_code, reference_date) as cis101_code,
            max_by(ruian_code, reference_date) as ruian_code
        from {{ ref("stg_csu__districts") }}
        where not is_extra_regio
        group by district_code
    ),

    regions as (
        select
            region_code,
            max_by(cis100_code, reference_date) as cis100_code,
            max_by(ruian_code, reference_date) as ruian_code,
            max_by(region_abbreviation, reference_date) as region_abbreviation
        from {{ ref("stg_csu__regions") }}
        where not is_extra_regio
        group by region_code
    ),

    orps as (
        select orp_code, max_by(ruian_code, reference_date) as ruian_code
        from {{ ref("stg_csu__orps") }}
        group by orp_code
    ),

    municipalities as (
        select distinct municipality_code from {{ ref("int_municipality_existence") }}
    ),

    listed as (
        -- RÚIAN and the statistical office share the codes of municipalities.
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            'ruian' as system,
            municipality_code as system_code,
            'listed' as basis
        from municipalities
        union all
        -- No list joins the two numberings of POÚ; this match follows from common municipalities.
        select
            'pou' as territory_level,
            pou_code as territory_code,
            'ruian' as system,
            pou_ruian_code as system_code,
            'shared_municipalities' as basis
        from {{ ref("int_pou_crosswalk") }}
        union all
        select
            'orp' as territory_level,
            orp_code as territory_code,
            'ruian' as system,
            ruian_code as system_code,
            'listed' as basis
        from orps
        union all
        select
            'district' as territory_level,
            district_code as territory_code,
            'ruian' as system,
            ruian_code as system_code,
            'listed' as basis
        from districts
        union all
        select
            'district' as territory_level,
            district_code as territory_code,
            'cis101' as system,
            cis101_code as system_code,
            'listed' as basis
        from districts
        union all
        select
            'region' as territory_level,
            region_code as territory_code,
            'ruian' as system,
            ruian_code as system_code,
            'listed' as basis
        from regions
        union all
        select
            'region' as territory_level,
            region_code as territory_code,
            'cis100' as system,
            cis100_code as system_code,
            'listed' as basis
        from regions
        union all
        select
            'region' as territory_level,
            region_code as territory_code,
            'abbreviation' as system,
            region_abbreviation as system_code,
            'listed' as basis
        from regions
    )

select territory_level, territory_code, system, system_code, basis
from listed
where system_code is not null
