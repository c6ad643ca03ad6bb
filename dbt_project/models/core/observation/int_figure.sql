-- One row per territory, series, dimension and period: what the sources give and what is summed
-- over
-- the parts of an area, under the territory's name of that day
with
    -- What the sources give for an area itself, and what is summed over its parts.
    areas as (
        select
            territory_level,
            territory_code,
            territory_name,
            country_code,
            indicator_id,
            dimension,
            series_id,
            period,
            reference_date,
            source_dataset,
            source_edition,
            numerator_parts,
            parts_per_unit,
            denominator,
            given_value,
            observation_status,
            source_quality,
            'source' as value_origin
        from {{ ref("int_observation") }}
        where territory_level <> 'municipality'
        union all
        select
            area_level as territory_level,
            area_code as territory_code,
            cast(null as varchar) as territory_name,
            country_code,
            indicator_id,
            dimension,
            series_id,
            period,
            reference_date,
            source_dataset,
            source_edition,
            numerator_parts,
            parts_per_unit,
            denominator,
            cast(null as double) as given_value,
            observation_status,
            cast(null as varchar) as source_quality,
            'sum' as value_origin
        from {{ ref("int_area_total") }}
    ),

    valid_areas as (
        select days.reference_date, intervals.*
        from (select distinct territory_level, territory_code, reference_date from areas) as days
        inner join
            {{ ref("int_area_interval") }} as intervals
            on days.territory_level = intervals.area_level
            and days.territory_code = intervals.area_code
            and intervals.valid_from <= days.reference_date
            and (intervals.valid_to is null or intervals.valid_to >= days.reference_date)
    ),

    territories as (
        select
            observations.territory_level,
            observations.territory_code,
            territory.municipality_name as territory_name,
            territory.country_code,
            observations.indicator_id,
            observations.dimension,
            observations.series_id,
            observations.period,
            observations.reference_date,
            observations.source_dataset,
            observations.source_edition,
            observations.numerator_parts,
            observations.parts_per_unit,
            observations.denominator,
            observations.given_value,
            observations.observation_status,
            observations.source_quality,
            'source' as value_origin
        from {{ ref("int_observation") }} as observations
        inner join
            {{ ref("int_municipality_date") }} as territory
            on observations.territory_code = territory.municipality_code
            and observations.reference_date = territory.reference_date
        where observations.territory_level = 'municipality'
        union all
        select
            areas.territory_level,
            areas.territory_code,
            coalesce(
                intervals.area_name, country.country_name, areas.territory_name
            ) as territory_name,
            coalesce(intervals.country_code, areas.country_code) as country_code,
            areas.indicator_id,
            areas.dimension,
            areas.series_id,
            areas.period,
            areas.reference_date,
            areas.source_dataset,
            areas.source_edition,
            areas.numerator_parts,
            areas.parts_per_unit,
            areas.denominator,
            areas.given_value,
            areas.observation_status,
            areas.source_quality,
            areas.value_origin
        from areas
        left join
            valid_areas as intervals
            on areas.territory_level = intervals.area_level
            and areas.territory_code = intervals.area_code
            and areas.reference_date = intervals.reference_date
        -- Codes of countries are like no others: two letters.
        left join {{ ref("country") }} as country on areas.territory_code = country.country_code
    )

select *
from territories
