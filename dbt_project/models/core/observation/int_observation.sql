-- One row per territory, series, dimension and period: the figures of all sources, side by side
-- Sources of counts of municipalities without a breakdown need not say so themselves.
{% for source in ["asz", "csu_population", "csu_population_datastat"] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        country_code,
        indicator_id,
        'total' as dimension,
        series_id,
        period,
        reference_date,
        source_dataset,
        source_edition,
        numerator_parts,
        parts_per_unit,
        denominator,
        cast(null as double) as given_value,
        observation_status,
        cast(null as varchar) as source_quality
    from {{ ref("int_observation_" ~ source) }}
    union all
{% endfor %}
{% for source in [
    "crime",
    "distraint",
    "distraint_composition",
    "distraint_proceedings",
    "housing_need",
    "insolvency",
    "insolvency_composition",
    "planning_data",
    "population_by_age",
    "population_share",
    "rent",
    "rent_offer",
    "special_permit",
    "temporary_protection",
    "temporary_protection_composition",
    "unemployment",
] %}
    select
        territory_level,
        territory_code,
        territory_name,
        country_code,
        indicator_id,
        dimension,
        series_id,
        period,
        reference_date,
        source_dataset,
        source_edition,
        numerator_parts,
        parts_per_unit,
        denominator,
        given_value,
        observation_status,
        source_quality
    from {{ ref("int_observation_" ~ source) }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
