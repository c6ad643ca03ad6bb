-- One row per municipality of today that can be compared, without military districts
with
    inhabitants as (
        select
            figures.territory_code as municipality_code,
            figures.indicator_id,
            figures.period,
            figures.source_dataset,
            figures.numerator_parts as inhabitants,
            row_number() over (
                partition by figures.territory_code
                order by
                    -- Inhabitants 15+ stand in where no source gives all inhabitants.
                    case figures.indicator_id when 'population' then 1 else 2 end,
                    figures.period desc
            ) as place
        from {{ ref("int_figure") }} as figures
        inner join
            {{ ref("int_leading_period") }} as leaders
            on figures.series_id = leaders.series_id
            and figures.indicator_id = leaders.indicator_id
            and figures.dimension = leaders.dimension
            and figures.period = leaders.period
        where
            figures.territory_level = 'municipality'
            and figures.dimension = 'total'
            and figures.indicator_id in ('population', 'population_15plus')
            and figures.numerator_parts > 0
    )

select
    units.municipality_code,
    units.municipality_name,
    units.orp_code,
    units.region_code,
    inhabitants.inhabitants,
    inhabitants.indicator_id as inhabitants_indicator_id,
    inhabitants.period as inhabitants_period,
    inhabitants.source_dataset as inhabitants_dataset,
    points.x_m,
    points.y_m
from {{ ref("int_municipality_interval") }} as units
left join
    inhabitants on units.municipality_code = inhabitants.municipality_code and inhabitants.place = 1
left join
    {{ ref("int_projected_point") }} as points on units.municipality_code = points.municipality_code
where units.valid_to is null and coalesce(units.municipality_status, '') <> 'U'
