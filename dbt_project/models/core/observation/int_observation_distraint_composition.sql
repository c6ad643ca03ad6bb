-- One row per municipality, year and part of the persons in distraint: many proceedings, young, old
with
    -- What cannot be used of the persons cannot be used of their parts.
    judged as (
        select
            figures.*,
            'iprp__distraint_map_2022/distraint' as person_series_id,
            cast(figures.year as varchar) as period,
            doubts.reason
        from {{ ref("stg_iprp__distraint_map_2022") }} as figures
        left join
            {{ ref("int_distraint_doubt") }} as doubts
            on figures.municipality_code = doubts.municipality_code
            and doubts.series_id = 'iprp__distraint_map_2022/distraint'
            and cast(figures.year as varchar) = doubts.period
    ),

    parts as (
        {% for indicator, part in [
            ("distraint_3_plus", "persons_with_3_plus"),
            ("distraint_10_plus", "persons_with_10_plus"),
            ("distraint_18_29", "persons_18_29"),
            ("distraint_65_plus", "persons_65_plus"),
        ] %}
            select
                municipality_code,
                municipality_name,
                edition,
                period,
                '{{ indicator }}' as indicator_id,
                {{ part }} as part,
                persons,
                case
                    when reason is not null
                    then reason
                    when persons is null
                    then 'missing'
                    when {{ part }} > persons
                    then 'part_exceeds_whole'
                    else 'observed'
                end as observation_status
            from judged
            where {{ part }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    'municipality' as territory_level,
    municipality_code as territory_code,
    municipality_name as territory_name,
    cast(null as varchar) as country_code,
    indicator_id,
    'total' as dimension,
    concat('iprp__distraint_map_2022/', indicator_id) as series_id,
    period,
    cast(concat(period, '-12-31') as date) as reference_date,
    'iprp__distraint_map_2022' as source_dataset,
    edition as source_edition,
    case when observation_status = 'observed' then part end as numerator_parts,
    1 as parts_per_unit,
    case when observation_status = 'observed' then persons end as denominator,
    cast(null as double) as given_value,
    observation_status,
    cast(null as varchar) as source_quality
from parts
