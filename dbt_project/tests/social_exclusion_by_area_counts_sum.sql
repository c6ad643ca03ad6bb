{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "social_exclusion_by_area: bands sum to municipalities, regions to the country, districts and ORP to regions",
                "remedy": "List the municipalities of the area named here in social_exclusion_index and see which one has no band or no area.",
            },
        }
    )
}}

with
    by_area as (select * from {{ ref("social_exclusion_by_area") }}),

    bands as (
        select area_level, area_code, year, 'bands' as what
        from by_area
        where
            municipalities <> municipalities_without_band
            {% for band_id in index_band_ids() %} + municipalities_band_{{ band_id }} {% endfor %}
            or municipalities > units
            {% for band_id in index_band_ids() %}
                or municipalities_band_{{ band_id }}_without_size_driven
                > municipalities_band_{{ band_id }}
                or population_15plus_band_{{ band_id }}_without_size_driven
                > population_15plus_band_{{ band_id }}
            {% endfor %}
    ),

    nationwide as (
        select
            year,
            area_level,
            sum(units) as units,
            sum(municipalities) as municipalities,
            sum(population_15plus) as population_15plus
            {% for band_id in index_band_ids() %}
                ,
                sum(municipalities_band_{{ band_id }}) as municipalities_band_{{ band_id }},
                sum(population_15plus_band_{{ band_id }}) as population_15plus_band_{{ band_id }}
            {% endfor %}
        from by_area
        group by year, area_level
    ),

    levels as (
        select parts.area_level, cast(null as varchar) as area_code, parts.year, 'country' as what
        from nationwide as parts
        inner join
            nationwide as country on parts.year = country.year and country.area_level = 'country'
        where
            parts.units <> country.units
            or parts.municipalities <> country.municipalities
            or parts.population_15plus <> country.population_15plus
            {% for band_id in index_band_ids() %}
                or parts.municipalities_band_{{ band_id }}
                <> country.municipalities_band_{{ band_id }}
                or parts.population_15plus_band_{{ band_id }}
                <> country.population_15plus_band_{{ band_id }}
            {% endfor %}
    )

select *
from bands
union all
select *
from levels
