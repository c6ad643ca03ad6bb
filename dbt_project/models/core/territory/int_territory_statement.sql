-- One row per territory, attribute and snapshot that states the attribute
with
    municipalities as (select * from {{ ref("int_municipality_snapshot") }}),

    area_names as (
        select 'pou' as territory_level, pou_code as territory_code, snapshot_date, pou_name as name
        from {{ ref("stg_csu__territory_structure") }}
        union all
        select 'pou' as territory_level, pou_code as territory_code, reference_date, pou_name
        from {{ ref("stg_csu__municipality_pou") }}
        union all
        select 'orp' as territory_level, orp_code as territory_code, snapshot_date, orp_name
        from {{ ref("stg_csu__territory_structure") }}
        union all
        select 'orp' as territory_level, orp_code as territory_code, reference_date, orp_name
        from {{ ref("stg_csu__municipality_orp") }}
        union all
        select 'orp' as territory_level, orp_code as territory_code, reference_date, orp_name
        from {{ ref("stg_csu__orps") }}
        union all
        select
            'district' as territory_level,
            district_code as territory_code,
            snapshot_date,
            district_name
        from {{ ref("stg_csu__territory_structure") }}
        union all
        select
            'district' as territory_level,
            district_code as territory_code,
            reference_date,
            district_name
        from {{ ref("stg_csu__districts") }}
        where not is_extra_regio
        union all
        select
            'region' as territory_level, region_code as territory_code, snapshot_date, region_name
        from {{ ref("stg_csu__territory_structure") }}
        union all
        select
            'region' as territory_level, region_code as territory_code, reference_date, region_name
        from {{ ref("stg_csu__regions") }}
        where not is_extra_regio
    )

{% for attribute, column in [
        ("name", "municipality_name"),
        ("status", "municipality_status"),
        ("pou", "pou_code"),
        ("orp", "orp_code"),
        ("district", "district_code"),
        ("region", "region_code"),
    ] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        '{{ attribute }}' as attribute,
        snapshot_date,
        {{ column }} as value,
        {% if attribute == "name" %} {{ name_key(column) }}
        {% else %} {{ column }}
        {% endif %} as value_key
    from municipalities
    where {{ column }} is not null
    union all
{% endfor %}
select
    territory_level,
    territory_code,
    'name' as attribute,
    snapshot_date,
    max(name) as value,
    max({{ name_key("name") }}) as value_key
from area_names
where territory_code is not null and name is not null and snapshot_date is not null
group by territory_level, territory_code, snapshot_date
