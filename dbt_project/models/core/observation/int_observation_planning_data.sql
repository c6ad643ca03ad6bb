-- One row per municipality, indicator and 31 December of the data for planning analyses
{% for indicator, counted, base in [
    ("jobseekers", "jobseekers", "population_15_64"),
    ("jobseekers_over_12_months", "jobseekers_over_12_months", "population_15_64"),
    ("jobseekers_graduates", "jobseekers_graduates", "jobseekers"),
    ("population_under_15_share", "population_under_15", "population"),
    ("population_65_plus_share", "population_65_plus", "population"),
    ("births", "live_births", "population"),
    ("deaths", "deaths", "population"),
    ("immigration", "immigrants", "population"),
    ("emigration", "emigrants", "population"),
    ("dwellings_completed", "dwellings_completed", "population"),
] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        -- The country's code is what its regions' NUTS codes begin with.
        substr(region_code, 1, 2) as country_code,
        '{{ indicator }}' as indicator_id,
        'total' as dimension,
        'csu__planning_data/{{ indicator }}' as series_id,
        cast(year(reference_date) as varchar) as period,
        reference_date,
        'csu__planning_data' as source_dataset,
        edition as source_edition,
        {{ counted }} as numerator_parts,
        1 as parts_per_unit,
        {{ base }} as denominator,
        cast(null as double) as given_value,
        case
            when {{ counted }} is null or {{ base }} is null then 'missing' else 'observed'
        end as observation_status,
        cast(null as varchar) as source_quality
    from {{ ref("stg_csu__planning_data") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
