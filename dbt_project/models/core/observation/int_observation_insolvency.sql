-- One row per municipality, year and sex or age of persons in personal insolvency
with
    judged as (
        select
            *,
            case
                when persons is null or population_15plus is null
                then 'missing'
                when persons > population_15plus
                then 'exceeds_population'
                else 'observed'
            end as observation_status
        from {{ ref("stg_iprp__insolvency_map") }}
    )

-- The base of a part is that of the whole, so that the parts add up to it.
{% for dimension, persons in [
        ("total", "persons"),
        ("men", "men"),
        ("women", "women"),
        ("age_18_29", "persons_18_29"),
        ("age_30_39", "persons_30_39"),
        ("age_40_49", "persons_40_49"),
        ("age_50_64", "persons_50_64"),
        ("age_65_plus", "persons_65_plus"),
    ] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        cast(null as varchar) as country_code,
        'insolvency' as indicator_id,
        '{{ dimension }}' as dimension,
        'iprp__insolvency_map/insolvency' as series_id,
        cast(year as varchar) as period,
        cast(concat(year, '-12-31') as date) as reference_date,
        'iprp__insolvency_map' as source_dataset,
        edition as source_edition,
        case when observation_status = 'observed' then {{ persons }} end as numerator_parts,
        1 as parts_per_unit,
        case when observation_status = 'observed' then population_15plus end as denominator,
        cast(null as double) as given_value,
        observation_status,
        cast(null as varchar) as source_quality
    from judged
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
