-- One row per municipality or country, day and part of the persons under temporary protection
with
    -- The edition without codes counts special permits and bands ages otherwise.
    stated as (
        select * from {{ ref("stg_mvcr__temporary_protection") }} where not is_special_permit
    ),

    coded as (select edition from stated group by edition having count(municipality_code) > 0),

    countries as (select distinct country_code from {{ ref("int_municipality_interval") }}),

    figures as (
        select
            'municipality' as territory_level,
            stated.municipality_code as territory_code,
            min(stated.municipality_name) as territory_name,
            cast(null as varchar) as country_code,
            stated.edition,
            stated.reference_date,
            cast(sum(stated.persons) as bigint) as persons,
            cast(sum(stated.women) as bigint) as women,
            cast(sum(stated.children) as bigint) as children
        from stated
        inner join coded on stated.edition = coded.edition
        where stated.municipality_code is not null
        group by stated.municipality_code, stated.edition, stated.reference_date
        union all
        -- Persons of unknown place count in the country's total alone.
        select
            'country' as territory_level,
            countries.country_code as territory_code,
            cast(null as varchar) as territory_name,
            countries.country_code,
            stated.edition,
            stated.reference_date,
            cast(sum(stated.persons) as bigint) as persons,
            cast(sum(stated.women) as bigint) as women,
            cast(sum(stated.children) as bigint) as children
        from stated
        inner join coded on stated.edition = coded.edition
        cross join countries
        group by countries.country_code, stated.edition, stated.reference_date
    )

{% for indicator, part in [
        ("temporary_protection_women", "women"),
        ("temporary_protection_children", "children"),
    ] %}
    select
        territory_level,
        territory_code,
        territory_name,
        country_code,
        '{{ indicator }}' as indicator_id,
        'total' as dimension,
        'mvcr__temporary_protection/{{ indicator }}' as series_id,
        cast(reference_date as varchar) as period,
        reference_date,
        'mvcr__temporary_protection' as source_dataset,
        edition as source_edition,
        {{ part }} as numerator_parts,
        1 as parts_per_unit,
        persons as denominator,
        cast(null as double) as given_value,
        'observed' as observation_status,
        cast(null as varchar) as source_quality
    from figures
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
