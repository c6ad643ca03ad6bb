-- One row per ORP and indicator: the latest figure that can be compared with an expectation
select
    figures.territory_code as orp_code,
    figures.territory_name as orp_name,
    figures.indicator_id,
    figures.period,
    cast(figures.numerator_parts as double) / figures.parts_per_unit as numerator,
    figures.denominator,
    catalogue.is_proportion,
    catalogue.multiplier,
    catalogue.unit,
    {{ indicator_figure("figures", "catalogue") }} as value
from {{ ref("int_figure") }} as figures
inner join
    {{ ref("int_leading_period") }} as leaders
    on figures.series_id = leaders.series_id
    and figures.indicator_id = leaders.indicator_id
    and figures.dimension = leaders.dimension
    and figures.period = leaders.period
inner join
    {{ ref("indicator_catalogue") }} as catalogue on figures.indicator_id = catalogue.indicator_id
where
    figures.territory_level = 'orp'
    and figures.dimension = 'total'
    and figures.observation_status in ('observed', 'estimated')
    and figures.denominator > 0
    and catalogue.value_kind = 'ratio'
    and catalogue.interval_method <> 'none'
qualify
    figures.period = max(figures.period) over (partition by figures.indicator_id)
    and cast(left(figures.period, 4) as integer)
    >= max(cast(left(figures.period, 4) as integer)) over ()
    - {{ var("peer_figures_within_years") }}
