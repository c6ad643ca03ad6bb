{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "territory: from the day on which one municipality's status or area is known, all are",
                "remedy": "A snapshot leaves the municipality out, or its code matches nothing; look at int_municipality_snapshot.",
            },
        }
    )
}}

{% set attributes = [
    "municipality_status",
    "pou_code",
    "orp_code",
    "district_code",
    "region_code",
] %}

with
    municipalities as (
        select *
        from {{ ref("territory") }}
        where territory_level = 'municipality' and not is_military_district
    ),

    starts as (
        select
            {% for attribute in attributes %}
                min(case when {{ attribute }} is not null then valid_from end) as {{ attribute }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from municipalities
    )

{% for attribute in attributes %}
    select '{{ attribute }}' as attribute, municipalities.territory_code, municipalities.valid_from
    from municipalities
    cross join starts
    where
        municipalities.{{ attribute }} is null
        and (municipalities.valid_to is null or municipalities.valid_to >= starts.{{ attribute }})
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
