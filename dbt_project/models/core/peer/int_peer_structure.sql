-- One row per municipality and structural variable for which a source has a figure
with
    municipalities as (select * from {{ ref("int_peer_municipality") }}),

    -- Where the law names no seat (the demo country), the largest municipality is the centre.
    largest as (
        select
            region_code,
            municipality_code,
            row_number() over (
                partition by region_code order by inhabitants desc, municipality_code
            ) as place
        from municipalities
        where inhabitants is not null
    ),

    centres as (
        select regions.region_code, points.x_m, points.y_m
        from (select distinct region_code from municipalities) as regions
        left join {{ ref("region_seat") }} as seats on regions.region_code = seats.region_code
        left join largest on regions.region_code = largest.region_code and largest.place = 1
        inner join
            municipalities as points
            on points.municipality_code
            = coalesce(seats.municipality_code, largest.municipality_code)
    ),

    areas as (
        select municipality_code, edition, area_ha / 100 as area_km2
        from {{ ref("stg_csu__planning_data") }}
        where area_ha > 0
        qualify row_number() over (partition by municipality_code order by reference_date desc) = 1
    ),

    ages as (
        select
            territory_code as municipality_code,
            period,
            min(source_dataset) as source_dataset,
            max(case when dimension = 'total' then numerator_parts end) as inhabitants,
            max(case when dimension = 'age_0_14' then numerator_parts end) as young,
            max(case when dimension = 'age_65_plus' then numerator_parts end) as old
        from {{ ref("int_figure") }}
        where
            territory_level = 'municipality'
            and indicator_id = 'population_by_age'
            and dimension in ('total', 'age_0_14', 'age_65_plus')
        group by territory_code, period
        qualify row_number() over (partition by territory_code order by period desc) = 1
    ),

    -- A town whose rents are known by cadastral area only has no rent of its own; to find similar
    -- places the area that bears its name serves, else the median of its areas. It is no figure.
    rents_by_area as (
        select
            municipality_code,
            edition as period,
            coalesce(
                max(
                    case when cadastral_area_name = municipality_name then rent_reference_czk_m2 end
                ),
                median(rent_reference_czk_m2)
            ) as rent
        from {{ ref("int_rent_cadastral_area") }}
        where
            size_category = 'vk2'
            and municipality_code is not null
            and rent_reference_czk_m2 is not null
        group by municipality_code, edition
    ),

    rents as (
        select territory_code as municipality_code, period, given_value as rent, 1 as place
        from {{ ref("int_figure") }}
        where
            territory_level = 'municipality'
            and indicator_id = 'rent'
            and dimension = 'vk2'
            and given_value is not null
        union all
        select municipality_code, period, rent, 2 as place
        from rents_by_area
    ),

    latest_rents as (
        select municipality_code, period, rent
        from rents
        where rent > 0
        qualify row_number() over (partition by municipality_code order by period desc, place) = 1
    )

select
    municipality_code,
    'size' as variable_id,
    ln(inhabitants) as value,
    inhabitants_period as period,
    inhabitants_dataset as source_dataset
from municipalities
where inhabitants is not null
union all
select
    municipalities.municipality_code,
    'density' as variable_id,
    ln(municipalities.inhabitants / areas.area_km2) as value,
    municipalities.inhabitants_period || ' / ' || areas.edition as period,
    municipalities.inhabitants_dataset || '; csu__planning_data' as source_dataset
from municipalities
inner join areas on municipalities.municipality_code = areas.municipality_code
where municipalities.inhabitants is not null
{% for variable in ["young", "old"] %}
    union all
    select
        municipalities.municipality_code,
        '{{ variable }}' as variable_id,
        100.0 * ages.{{ variable }} / ages.inhabitants as value,
        ages.period,
        ages.source_dataset
    from municipalities
    inner join ages on municipalities.municipality_code = ages.municipality_code
    where ages.inhabitants > 0 and ages.{{ variable }} is not null
{% endfor %}
union all
select
    municipalities.municipality_code,
    'centre_distance' as variable_id,
    ln(
        1 + sqrt(
            power(municipalities.x_m - centres.x_m, 2) + power(municipalities.y_m - centres.y_m, 2)
        )
        / 1000
    ) as value,
    points.definition_point_edition as period,
    'cuzk__definition_points' as source_dataset
from municipalities
inner join centres on municipalities.region_code = centres.region_code
inner join
    {{ ref("int_definition_point") }} as points
    on municipalities.municipality_code = points.municipality_code
where municipalities.x_m is not null and centres.x_m is not null
union all
select
    municipalities.municipality_code,
    'rent' as variable_id,
    ln(latest_rents.rent) as value,
    latest_rents.period,
    'mf__rent_map' as source_dataset
from municipalities
inner join latest_rents on municipalities.municipality_code = latest_rents.municipality_code
