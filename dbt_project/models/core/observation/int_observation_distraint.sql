-- One row per municipality, series, period and age of persons in distraint beside the index
-- workbook
with
    -- Where the count cannot be used, neither can its parts, and its base would falsify the areas.
    judged as (
        select
            figures.*,
            case
                when doubts.reason is not null
                then doubts.reason
                when figures.persons is null
                then 'missing'
                else 'observed'
            end as observation_status
        from {{ ref("int_distraint_figure") }} as figures
        left join
            {{ ref("int_distraint_doubt") }} as doubts
            on figures.municipality_code = doubts.municipality_code
            and figures.series_id = doubts.series_id
            and figures.period = doubts.period
        where figures.is_checked
    )

{% for dimension, persons in [
        ("total", "persons"),
        ("age_under_18", "persons_under_18"),
        ("age_18_29", "persons_18_29"),
        ("age_65_plus", "persons_65_plus"),
    ] %}
    select
        'municipality' as territory_level,
        municipality_code as territory_code,
        municipality_name as territory_name,
        cast(null as varchar) as country_code,
        'distraint' as indicator_id,
        '{{ dimension }}' as dimension,
        series_id,
        period,
        reference_date,
        source_dataset,
        source_edition,
        case when observation_status = 'observed' then {{ persons }} end as numerator_parts,
        1 as parts_per_unit,
        case when observation_status = 'observed' then population_15plus end as denominator,
        cast(null as double) as given_value,
        observation_status,
        cast(null as varchar) as source_quality
    from judged
    {% if dimension != "total" %} where {{ persons }} is not null {% endif %}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
