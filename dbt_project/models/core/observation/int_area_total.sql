-- One row per area, series and period: exact sums over the municipalities that have the figure
with
    members as (
        select
            observations.indicator_id,
            observations.series_id,
            observations.period,
            observations.reference_date,
            observations.source_dataset,
            observations.source_edition,
            observations.numerator_parts,
            observations.parts_per_unit,
            observations.denominator,
            territory.pou_code,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            territory.country_code
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("int_municipality_date") }} as territory
            on observations.municipality_code = territory.municipality_code
            and observations.reference_date = territory.reference_date
        where observations.observation_status = 'observed'
    )

{% for level in ["pou", "orp", "district", "region", "country"] %}
    select
        '{{ level }}' as area_level,
        {{ level }}_code as area_code,
        min(country_code) as country_code,
        indicator_id,
        series_id,
        period,
        reference_date,
        source_dataset,
        source_edition,
        cast(sum(numerator_parts) as bigint) as numerator_parts,
        parts_per_unit,
        cast(sum(denominator) as bigint) as denominator,
        cast(count(*) as integer) as units
    from members
    where {{ level }}_code is not null
    group by
        {{ level }}_code,
        indicator_id,
        series_id,
        period,
        reference_date,
        source_dataset,
        source_edition,
        parts_per_unit
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
