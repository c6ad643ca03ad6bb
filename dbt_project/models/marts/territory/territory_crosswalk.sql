-- One row per territory, code system that numbers it and code there
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

    areas as (
        select area_level, area_code, max_by(area_name, valid_from) as area_name
        from {{ ref("int_area_interval") }}
        group by area_level, area_code
    ),

    capital as (
        select 'orp' as territory_level, orp_code as territory_code
        from {{ ref("int_municipality_interval") }}
        where municipality_status = 'H' and valid_to is null and orp_code is not null
        union all
        select 'pou' as territory_level, pou_code as territory_code
        from {{ ref("int_municipality_interval") }}
        where municipality_status = 'H' and valid_to is null and pou_code is not null
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
        union all
        -- The codes that this platform uses itself are those of these lists.
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            'cis43' as system,
            municipality_code as system_code,
            'listed' as basis
        from municipalities
        union all
        select
            area_level as territory_level,
            area_code as territory_code,
            case
                area_level
                when 'pou'
                then 'cis61'
                when 'orp'
                then 'cis65'
                when 'district'
                then 'cis109'
                when 'region'
                then 'cis108'
            end as system,
            area_code as system_code,
            'listed' as basis
        from areas
        where area_level <> 'country'
        union all
        -- Some sources name an area and give no code; two POÚ can share a name.
        select
            area_level as territory_level,
            area_code as territory_code,
            'name' as system,
            area_name as system_code,
            'listed' as basis
        from areas
        where area_level in ('orp', 'district', 'region')
        union all
        select
            'orp' as territory_level,
            orp_code as territory_code,
            'mos' as system,
            orp_name as system_code,
            'shared_municipalities' as basis
        from {{ ref("int_mos_orp") }}
        union all
        -- District codes that were in use up to 2007.
        select distinct
            'district' as territory_level,
            district_code as territory_code,
            'lau_former' as system,
            former_code as system_code,
            'shared_municipalities' as basis
        from {{ ref("int_district_crosswalk") }}
        union all
        -- What files write where the capital's ORP and POÚ should stand.
        select
            capital.territory_level,
            capital.territory_code,
            'capital' as system,
            spellings.system_code,
            'spelling' as basis
        from capital
        inner join
            (
                {% for level, spelling in [
                    ("orp", "0"),
                    ("orp", "0000"),
                    ("orp", "X-X-X"),
                    ("pou", "0"),
                    ("pou", "00000"),
                    ("pou", "X-X-X"),
                ] %}
                    select '{{ level }}' as territory_level, '{{ spelling }}' as system_code
                    {% if not loop.last %}
                        union all
                    {% endif %}
                {% endfor %}
            ) as spellings
            on capital.territory_level = spellings.territory_level
    )

select territory_level, territory_code, system, system_code, basis
from listed
where system_code is not null
