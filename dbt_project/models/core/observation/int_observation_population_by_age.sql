-- One row per municipality, sex or age and day of inhabitants by age
with
    figures as (
        {% for size in ["from_1000", "under_1000"] %}
            select *
            from {{ ref("stg_csu__population_by_age_" ~ size) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

{% for dimension, sex, inhabitants in [
        ("total", "total", "population"),
        ("men", "men", "population"),
        ("women", "women", "population"),
        ("age_0_14", "total", "population_0_14"),
        ("age_15_64", "total", "population_15_64"),
        ("age_65_plus", "total", "population_65_plus"),
    ] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        cast(null as varchar) as country_code,
        'population_by_age' as indicator_id,
        '{{ dimension }}' as dimension,
        'csu__population_by_age/population_by_age' as series_id,
        cast(reference_date as varchar) as period,
        reference_date,
        -- One answer of the office, parted by size.
        'csu__population_by_age_from_1000; csu__population_by_age_under_1000' as source_dataset,
        edition as source_edition,
        {{ inhabitants }} as numerator_parts,
        1 as parts_per_unit,
        cast(null as bigint) as denominator,
        cast(null as double) as given_value,
        'observed' as observation_status,
        cast(null as varchar) as source_quality
    from figures
    where sex = '{{ sex }}'
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
