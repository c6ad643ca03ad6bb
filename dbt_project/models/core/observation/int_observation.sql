-- One row per municipality, series and period: the figures of all sources, side by side
{% for source in ["asz", "csu_population", "csu_population_datastat", "distraint", "insolvency"] %}
    select
        municipality_code,
        municipality_name,
        country_code,
        indicator_id,
        series_id,
        period,
        reference_date,
        source_dataset,
        source_edition,
        numerator_parts,
        parts_per_unit,
        denominator,
        observation_status
    from {{ ref("int_observation_" ~ source) }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
