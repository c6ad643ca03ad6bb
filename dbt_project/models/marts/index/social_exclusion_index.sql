-- One row per municipality and year of the Index of Social Exclusion
{{ config(post_hook="{{ create_index_functions() }}") }}
with
    pivoted as (
        select
            scores.municipality_code,
            scores.year,
            {% for indicator, share in index_inputs() %}
                {% for column in [
                    "count_value",
                    "denominator",
                    "share_value",
                    "isv_lq",
                    "lq_country",
                    "count_score",
                    "share_score",
                    "lq_score",
                ] %}
                    max(
                        case
                            when scores.indicator_id = '{{ indicator }}' then scores.{{ column }}
                        end
                    ) as {{ indicator }}_{{ column }},
                {% endfor %}
                max(
                    case when points.indicator_id = '{{ indicator }}' then points.points end
                ) as {{ indicator }}_points,
            {% endfor %}
            max(points.donor_code) as donor_code,
            max(points.distance_m) as distance_m
        from {{ ref("int_index_score") }} as scores
        inner join
            {{ ref("int_index_point") }} as points
            on scores.municipality_code = points.municipality_code
            and scores.indicator_id = points.indicator_id
            and scores.year = points.year
        group by scores.municipality_code, scores.year
    ),

    area_names as (
        select area_level, area_code, area_name, valid_from, valid_to
        from {{ ref("int_area_interval") }}
    ),

    headline_stability as (
        select stability.municipality_code, stability.year, stability.band_stability
        from {{ ref("int_index_stability") }} as stability
        inner join
            {{ ref("index_stability_variant") }} as variants on stability.variant = variants.variant
        where variants.is_headline
    )

select
    territory.municipality_code,
    territory.municipality_name,
    cast(territory.year as integer) as year,
    territory.reference_date,
    territory.orp_code,
    orp.area_name as orp_name,
    territory.district_code,
    district.area_name as district_name,
    territory.region_code,
    region.area_name as region_name,
    territory.is_military_district,
    version.index_version,
    -- Every output of the invented country says that it is one.
    version.label_cs || {% if world() == "demo" %} ', smyšlená ukázková země'
    {% else %} ''
    {% endif %} as label_cs,
    version.label_en || {% if world() == "demo" %} ', invented demo country'
    {% else %} ''
    {% endif %} as label_en,
    published.population_15plus,
    published.population_15_64,
    {% for indicator, share in index_inputs() %}
        pivoted.{{ indicator }}_count_value as {{ indicator }}_count,
        pivoted.{{ indicator }}_denominator as {{ indicator }}_base,
        pivoted.{{ indicator }}_share_value as {{ indicator }}_{{ share }},
        pivoted.{{ indicator }}_isv_lq,
        pivoted.{{ indicator }}_lq_country,
        cast(pivoted.{{ indicator }}_count_score as integer) as {{ indicator }}_count_score,
        cast(pivoted.{{ indicator }}_share_score as integer) as {{ indicator }}_share_score,
        cast(pivoted.{{ indicator }}_lq_score as integer) as {{ indicator }}_lq_score,
        cast(pivoted.{{ indicator }}_points as integer) as {{ indicator }}_points,
    {% endfor %}
    published.early_leavers_status,
    pivoted.donor_code as early_leavers_borrowed_from_code,
    donor.municipality_name as early_leavers_borrowed_from_name,
    pivoted.distance_m / 1000 as early_leavers_borrowed_distance_km,
    totals.index_points,
    totals.band,
    totals.index_reason,
    totals.inputs_available,
    totals.inputs_missing,
    published.index_points as published_index_points,
    published.band as published_band,
    -- Where the Agency published a band, it is the headline; the reconstruction stands beside it.
    headline.headline_band,
    headline.headline_source,
    stability.band_stability,
    totals.points_count,
    totals.points_share,
    totals.points_lq,
    totals.is_size_driven,
    {% for indicator, share in index_inputs() %}
        published.{{ indicator }}_{{ share }} as published_{{ indicator }}_{{ share }},
        published.{{ indicator }}_isv_lq as published_{{ indicator }}_isv_lq,
    {% endfor %}
    territory.source_edition
from {{ ref("int_municipality_year") }} as territory
inner join
    {{ ref("stg_asz__social_exclusion_index") }} as published
    on territory.municipality_code = published.municipality_code
    and territory.year = published.year
inner join
    pivoted
    on territory.municipality_code = pivoted.municipality_code
    and territory.year = pivoted.year
inner join
    {{ ref("int_index_total") }} as totals
    on territory.municipality_code = totals.municipality_code
    and territory.year = totals.year
inner join
    {{ ref("int_index_headline") }} as headline
    on territory.municipality_code = headline.municipality_code
    and territory.year = headline.year
left join
    headline_stability as stability
    on territory.municipality_code = stability.municipality_code
    and territory.year = stability.year
left join
    {{ ref("int_municipality_year") }} as donor
    on pivoted.donor_code = donor.municipality_code
    and pivoted.year = donor.year
left join
    {{ ref("index_version") }} as version
    on territory.year between version.valid_from_year and version.valid_to_year
{% for level in ["orp", "district", "region"] %}
    left join
        area_names as {{ level }}
        on {{ level }}.area_level = '{{ level }}'
        and territory.{{ level }}_code = {{ level }}.area_code
        and {{ level }}.valid_from <= territory.reference_date
        and ({{ level }}.valid_to is null or {{ level }}.valid_to >= territory.reference_date)
{% endfor %}
