-- One row per territory of today, indicator, dimension and period: past figures on today's
-- territory
with
    units as (
        select
            'municipality' as territory_level,
            municipality_code as territory_code,
            municipality_name as territory_name
        from {{ ref("int_municipality_interval") }}
        where valid_to is null
        union all
        select
            area_level as territory_level, area_code as territory_code, area_name as territory_name
        from {{ ref("int_area_interval") }}
        where valid_to is null
    )

select
    figures.territory_level,
    figures.territory_code,
    units.territory_name,
    figures.indicator_id,
    figures.dimension,
    figures.period,
    figures.reference_date,
    cast(figures.numerator_parts as double) / figures.parts_per_unit as numerator,
    figures.denominator,
    {{ indicator_figure("figures", "catalogue") }} as value,
    catalogue.unit,
    -- SDMX: E estimated, A normal value.
    case when figures.is_converted then 'E' else 'A' end as obs_status,
    figures.conversion_rule,
    figures.weight_basis,
    cast(figures.numerator_parts_not_carried as double)
    / figures.parts_per_unit as numerator_not_carried,
    figures.series_id,
    figures.source_dataset,
    figures.source_edition
from (select *, cast(null as double) as given_value from {{ ref("int_current_figure") }}) as figures
inner join
    units
    on figures.territory_level = units.territory_level
    and figures.territory_code = units.territory_code
inner join
    {{ ref("indicator_catalogue") }} as catalogue on figures.indicator_id = catalogue.indicator_id
