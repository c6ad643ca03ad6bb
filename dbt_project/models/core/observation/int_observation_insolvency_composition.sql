-- One row per municipality, year and indicator of the persons in personal insolvency: their number,
-- and the women among them
{% for indicator, part, whole in [
    ("insolvency_persons", "persons", "null"),
    ("insolvency_women", "women", "men + women"),
] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        cast(null as varchar) as country_code,
        '{{ indicator }}' as indicator_id,
        'total' as dimension,
        'iprp__insolvency_map/{{ indicator }}' as series_id,
        cast(year as varchar) as period,
        cast(concat(year, '-12-31') as date) as reference_date,
        'iprp__insolvency_map' as source_dataset,
        edition as source_edition,
        {{ part }} as numerator_parts,
        1 as parts_per_unit,
        -- The sex of some persons is not stated: the share is of those of whom it is.
        cast({{ whole }} as bigint) as denominator,
        cast(null as double) as given_value,
        case when {{ part }} is null then 'missing' else 'observed' end as observation_status,
        cast(null as varchar) as source_quality
    from {{ ref("stg_iprp__insolvency_map") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
