-- One row per ORP, kind of housing need and edition of the newsroom's table
with
    figures as (
        {% for counted in ["persons", "children", "families"] %}
            select
                edition,
                reference_date,
                orp_name,
                region_name,
                'housing_need_{{ counted }}' as indicator_id,
                {{ counted }}_in_housing_need as figure
            from {{ ref("stg_rozhlas__housing_need") }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    inhabitants as (
        select
            people.reference_date,
            territory.orp_code,
            cast(sum(people.population) as bigint) as base
        from {{ ref("stg_csu__population") }} as people
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on people.municipality_code = territory.municipality_code
            and territory.valid_from <= people.reference_date
            and (territory.valid_to is null or territory.valid_to >= people.reference_date)
        group by people.reference_date, territory.orp_code
    )

select
    'orp' as territory_level,
    names.territory_code,
    names.territory_name,
    cast(null as varchar) as country_code,
    figures.indicator_id,
    'total' as dimension,
    concat('rozhlas__housing_need/', figures.indicator_id) as series_id,
    figures.edition as period,
    figures.reference_date,
    'rozhlas__housing_need' as source_dataset,
    figures.edition as source_edition,
    figures.figure as numerator_parts,
    1 as parts_per_unit,
    inhabitants.base as denominator,
    cast(null as double) as given_value,
    -- Nobody registers housing need, and the table does not say who counted and how.
    case
        when figures.figure is null or inhabitants.base is null then 'missing' else 'estimated'
    end as observation_status,
    'unverified' as source_quality
from figures
inner join
    {{ ref("int_name_match") }} as names
    on names.source_dataset = 'rozhlas__housing_need'
    and figures.edition = names.source_edition
    and figures.orp_name = names.source_name
    and figures.region_name = names.stated_region
    and names.confidence in ('high', 'medium')
left join
    inhabitants
    on names.territory_code = inhabitants.orp_code
    and figures.reference_date = inhabitants.reference_date
