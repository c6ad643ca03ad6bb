-- One row per level, territory, year and number of proceedings of a person
{% set sums = {
    "3_plus": ["3_9", "10_29", "30_plus"],
    "10_plus": ["10_29", "30_plus"],
} %}
with
    -- A figure that adjacent sources contradict is left out here as it is among the indicators.
    judged as (
        select
            territory_code as municipality_code,
            period,
            reference_date,
            numerator_parts as persons_in_distraint
        from {{ ref("int_observation_distraint") }}
        where
            source_dataset = 'iprp__distraint_map_2022'
            and indicator_id = 'distraint'
            and dimension = 'total'
            and territory_level = 'municipality'
    ),

    bands as (
        select edition, year, municipality_code, proceedings, persons, false as is_sum
        from {{ ref("stg_iprp__distraint_by_proceedings") }}
        {% for name, parts in sums.items() %}
            union all
            select
                edition,
                year,
                municipality_code,
                '{{ name }}' as proceedings,
                sum(persons) as persons,
                true as is_sum
            from {{ ref("stg_iprp__distraint_by_proceedings") }}
            where proceedings in ('{{ parts | join("', '") }}')
            group by edition, year, municipality_code
        {% endfor %}
    ),

    known as (
        select
            bands.edition,
            bands.year,
            bands.proceedings,
            bands.is_sum,
            bands.municipality_code,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            territory.country_code,
            judged.persons_in_distraint,
            case when judged.persons_in_distraint is not null then bands.persons end as persons
        from bands
        inner join
            judged
            on bands.municipality_code = judged.municipality_code
            and cast(bands.year as varchar) = judged.period
        left join
            {{ ref("int_municipality_interval") }} as territory
            on bands.municipality_code = territory.municipality_code
            and territory.valid_from <= judged.reference_date
            and (territory.valid_to is null or territory.valid_to >= judged.reference_date)
    ),

    summed as (
        {% for level in ["municipality", "orp", "district", "region", "country"] %}
            select
                '{{ level }}' as territory_level,
                {{ level }}_code as territory_code,
                year,
                proceedings,
                edition,
                bool_or(is_sum) as is_sum,
                cast(sum(persons) as bigint) as persons,
                cast(
                    sum(persons_in_distraint) filter (where persons is not null) as bigint
                ) as persons_in_distraint,
                count(*) - count(persons) as municipalities_left_out
            from known
            where {{ level }}_code is not null
            group by {{ level }}_code, year, proceedings, edition
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    territory_level,
    territory_code,
    cast(year as varchar) as period,
    proceedings,
    is_sum,
    persons,
    persons_in_distraint,
    100 * persons / nullif(cast(persons_in_distraint as double), 0) as share_pct,
    municipalities_left_out,
    'iprp__distraint_map_2022' as source_dataset,
    edition as source_edition
from summed
