-- One row per area (ORP, district, region, country) and year
with
    units as (
        select
            territory.year,
            territory.reference_date,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            territory.country_code,
            territory.source_edition,
            municipalities.is_military_district,
            municipalities.is_size_driven,
            municipalities.population_15plus,
            municipalities.population_15_64,
            bands.band_id
        from {{ ref("int_municipality_year") }} as territory
        inner join
            {{ ref("social_exclusion_index") }} as municipalities
            on territory.municipality_code = municipalities.municipality_code
            and territory.year = municipalities.year
        left join
            {{ ref("index_band") }} as bands
            on municipalities.headline_band = bands.band
            and territory.year between bands.valid_from_year and bands.valid_to_year
    ),

    members as (
        {% for level in ["orp", "district", "region", "country"] %}
            select '{{ level }}' as area_level, {{ level }}_code as area_code, units.*
            from units
            where {{ level }}_code is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    counted as (
        select
            area_level,
            area_code,
            year,
            reference_date,
            source_edition,
            count(*) as units,
            sum(case when is_military_district then 0 else 1 end) as municipalities,
            sum(population_15plus) as population_15plus,
            sum(population_15_64) as population_15_64,
            sum(
                case when not is_military_district and band_id is null then 1 else 0 end
            ) as municipalities_without_band,
            sum(
                case when not is_military_district and is_size_driven then 1 else 0 end
            ) as municipalities_size_driven
            {% for suffix, condition in [
                ("", "not is_military_district"),
                (
                    "_without_size_driven",
                    "not is_military_district and not coalesce(is_size_driven, false)",
                ),
            ] %}
                {% for band_id in index_band_ids() %}
                    ,
                    sum(
                        case when {{ condition }} and band_id = '{{ band_id }}' then 1 else 0 end
                    ) as municipalities_band_{{ band_id }}{{ suffix }},
                    sum(
                        case
                            when {{ condition }} and band_id = '{{ band_id }}'
                            then population_15plus
                            else 0
                        end
                    ) as population_15plus_band_{{ band_id }}{{ suffix }}
                {% endfor %}
            {% endfor %}
        from members
        group by area_level, area_code, year, reference_date, source_edition
    ),

    -- Pooled: cases of all municipalities over the base of all, never a mean of municipal values.
    pooled as (
        select
            area_level,
            area_code,
            year
            {% for indicator, share in index_inputs() %}
                ,
                max(
                    case
                        when indicator_id = '{{ indicator }}'
                        then cast(numerator_parts as double) / parts_per_unit
                    end
                ) as {{ indicator }}_count,
                max(
                    case when indicator_id = '{{ indicator }}' then denominator end
                ) as {{ indicator }}_base,
                max(
                    case
                        when indicator_id = '{{ indicator }}'
                        then {{ ratio("numerator_parts", "parts_per_unit", "denominator", "100") }}
                    end
                ) as {{ indicator }}_{{ share }}
            {% endfor %}
        from {{ ref("int_index_area_total") }}
        group by area_level, area_code, year
    )

select
    counted.area_level,
    counted.area_code,
    areas.area_name,
    areas.region_code,
    cast(counted.year as integer) as year,
    counted.reference_date,
    cast(counted.units as integer) as units,
    cast(counted.municipalities as integer) as municipalities,
    cast(counted.population_15plus as bigint) as population_15plus,
    cast(counted.population_15_64 as bigint) as population_15_64,
    {% for suffix in ["", "_without_size_driven"] %}
        {% for band_id in index_band_ids() %}
            cast(
                counted.municipalities_band_{{ band_id }}{{ suffix }} as integer
            ) as municipalities_band_{{ band_id }}{{ suffix }},
        {% endfor %}
        {% for band_id in index_band_ids() %}
            cast(
                counted.population_15plus_band_{{ band_id }}{{ suffix }} as bigint
            ) as population_15plus_band_{{ band_id }}{{ suffix }},
        {% endfor %}
    {% endfor %}
    cast(counted.municipalities_without_band as integer) as municipalities_without_band,
    cast(counted.municipalities_size_driven as integer) as municipalities_size_driven,
    {% for indicator, share in index_inputs() %}
        pooled.{{ indicator }}_count,
        pooled.{{ indicator }}_base,
        pooled.{{ indicator }}_{{ share }},
    {% endfor %}
    counted.source_edition
from counted
left join
    pooled
    on counted.area_level = pooled.area_level
    and counted.area_code = pooled.area_code
    and counted.year = pooled.year
left join
    {{ ref("int_area_interval") }} as areas
    on counted.area_level = areas.area_level
    and counted.area_code = areas.area_code
    and areas.valid_from <= counted.reference_date
    and (areas.valid_to is null or areas.valid_to >= counted.reference_date)
