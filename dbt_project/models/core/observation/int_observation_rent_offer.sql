-- One row per municipality, measure, size category of flats and edition of the rent map: new
-- buildings, and the offers before the model
{% for indicator, measure, status in [
    ("rent_new_build", "rent_new_build_czk_m2", "estimated"),
    ("rent_offer_median", "rent_median_czk_m2", "observed"),
] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        cast(null as varchar) as country_code,
        '{{ indicator }}' as indicator_id,
        size_category as dimension,
        'mf__rent_map/{{ indicator }}' as series_id,
        cast(reference_date as varchar) as period,
        reference_date,
        'mf__rent_map' as source_dataset,
        edition as source_edition,
        cast(null as bigint) as numerator_parts,
        1 as parts_per_unit,
        cast(null as bigint) as denominator,
        cast({{ measure }} as double) as given_value,
        -- The median is of offers seen; the rent of a new building is the model's.
        case
            when {{ measure }} is null then 'missing' else '{{ status }}'
        end as observation_status,
        case when coverage is not null then concat('coverage_', coverage) end as source_quality
    from {{ ref("stg_mf__rent_map") }}
    where municipality_code is not null
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
