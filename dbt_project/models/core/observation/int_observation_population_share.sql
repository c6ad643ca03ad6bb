-- One row per municipality, 31 December and age group: its share of the inhabitants by age
with
    figures as (
        {% for size in ["from_1000", "under_1000"] %}
            select *
            from {{ ref("stg_csu__population_by_age_" ~ size) }}
            where sex = 'total'
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

{% for indicator, counted in [
        ("population_under_15_share", "population_0_14"),
        ("population_65_plus_share", "population_65_plus"),
    ] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        cast(null as varchar) as country_code,
        '{{ indicator }}' as indicator_id,
        'total' as dimension,
        'csu__population_by_age/{{ indicator }}' as series_id,
        -- The planning data, the other series, write the year alone.
        cast(year(reference_date) as varchar) as period,
        reference_date,
        -- One answer of the office, parted by size.
        'csu__population_by_age_from_1000; csu__population_by_age_under_1000' as source_dataset,
        edition as source_edition,
        {{ counted }} as numerator_parts,
        1 as parts_per_unit,
        population as denominator,
        cast(null as double) as given_value,
        case
            when {{ counted }} is null or population is null then 'missing' else 'observed'
        end as observation_status,
        cast(null as varchar) as source_quality
    from figures
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
