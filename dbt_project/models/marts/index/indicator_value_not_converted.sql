-- One row per municipality and figure that was not brought to the territory of today, or not wholly
select
    contributions.territory_code,
    coalesce(territory.municipality_name, contributions.territory_code) as territory_name,
    contributions.indicator_id,
    contributions.dimension,
    contributions.period,
    contributions.reference_date,
    cast(contributions.numerator_parts as double) / contributions.parts_per_unit as numerator,
    contributions.denominator,
    coalesce(contributions.reason, contributions.conversion_rule) as reason,
    contributions.series_id,
    contributions.source_dataset,
    contributions.source_edition
from {{ ref("int_current_contribution") }} as contributions
left join
    {{ ref("int_municipality_date") }} as territory
    on contributions.territory_code = territory.municipality_code
    and contributions.reference_date = territory.reference_date
where contributions.reason is not null or contributions.conversion_rule = 'part_not_moved'
