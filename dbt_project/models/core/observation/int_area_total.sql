-- One row per area, series, dimension and period: exact sums over its parts that have the figure
-- Only counts are summed; what a source itself gives for an area is never replaced by a sum.
with
    counted as (
        select *
        from {{ ref("int_observation") }}
        where
            territory_level in ('municipality', 'region')
            -- A municipality that a list of cases leaves out has inhabitants, but no case listed.
            and observation_status in ('observed', 'not_listed')
            and given_value is null
    ),

    by_municipality as (
        select distinct series_id, dimension, period
        from counted
        where territory_level = 'municipality'
    ),

    members as (
        select
            observations.*,
            territory.pou_code,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            territory.country_code as in_country_code
        from counted as observations
        inner join
            {{ ref("int_municipality_date") }} as territory
            on observations.territory_code = territory.municipality_code
            and observations.reference_date = territory.reference_date
        where observations.territory_level = 'municipality'
        union all
        -- Regions are summed to the country where the source knows no municipality.
        select
            observations.*,
            cast(null as varchar) as pou_code,
            cast(null as varchar) as orp_code,
            cast(null as varchar) as district_code,
            cast(null as varchar) as region_code,
            observations.country_code as in_country_code
        from counted as observations
        left join
            by_municipality
            on observations.series_id = by_municipality.series_id
            and observations.dimension = by_municipality.dimension
            and observations.period = by_municipality.period
        where observations.territory_level = 'region' and by_municipality.series_id is null
    ),

    totals as (
        {% for level, code in [
            ("pou", "pou_code"),
            ("orp", "orp_code"),
            ("district", "district_code"),
            ("region", "region_code"),
            ("country", "in_country_code"),
        ] %}
            select
                '{{ level }}' as area_level,
                {{ code }} as area_code,
                min(in_country_code) as country_code,
                indicator_id,
                dimension,
                series_id,
                period,
                reference_date,
                source_dataset,
                source_edition,
                cast(sum(numerator_parts) as bigint) as numerator_parts,
                parts_per_unit,
                cast(sum(denominator) as bigint) as denominator,
                case
                    when sum(numerator_parts) is null then 'not_listed' else 'observed'
                end as observation_status,
                cast(count(*) as integer) as units
            from members
            where {{ code }} is not null
            group by
                {{ code }},
                indicator_id,
                dimension,
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
    )

select totals.*
from totals
left join
    {{ ref("int_observation") }} as stated
    on totals.area_level = stated.territory_level
    and totals.area_code = stated.territory_code
    and totals.series_id = stated.series_id
    and totals.dimension = stated.dimension
    and totals.period = stated.period
where stated.series_id is null
