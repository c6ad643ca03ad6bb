-- One row per territory of today, series, dimension and period of a leading series: sums of counts
with
    contributions as (
        select *
        from {{ ref("int_current_contribution") }}
        where given_value is null and observation_status in ('observed', 'not_listed', 'estimated')
    ),

    -- A figure that a part of the municipality lacks is not its figure.
    incomplete as (
        select distinct conversion.target_code, lacking.series_id, lacking.dimension, lacking.period
        from {{ ref("int_current_contribution") }} as lacking
        inner join
            {{ ref("int_territory_conversion") }} as conversion
            on lacking.territory_code = conversion.municipality_code
            and lacking.reference_date = conversion.reference_date
        where lacking.reason = 'no_figure' and conversion.target_code is not null
    ),

    units as (
        select municipality_code, pou_code, orp_code, district_code, region_code, country_code
        from {{ ref("int_municipality_interval") }}
        where valid_to is null
    ),

    -- Where each figure lay on its day, and where what it went to lies today.
    placed as (
        select
            contributions.*,
            contributions.target_code as municipality_code,
            contributions.territory_code as former_municipality_code,
            units.pou_code,
            units.orp_code,
            units.district_code,
            units.region_code,
            coalesce(units.country_code, former.country_code) as country_code,
            former.pou_code as former_pou_code,
            former.orp_code as former_orp_code,
            former.district_code as former_district_code,
            former.region_code as former_region_code,
            former.country_code as former_country_code
        from contributions
        left join units on contributions.target_code = units.municipality_code
        left join
            {{ ref("int_municipality_date") }} as former
            on contributions.territory_code = former.municipality_code
            and contributions.reference_date = former.reference_date
    ),

    {% set levels = ["municipality", "pou", "orp", "district", "region", "country"] %}

    -- What went elsewhere or nowhere changes the area it lay in too.
    left_behind as (
        {% for level in levels %}
            select
                '{{ level }}' as territory_level,
                former_{{ level }}_code as territory_code,
                series_id,
                dimension,
                period,
                sum(
                    case when reason is not null then numerator_parts else 0 end
                ) as numerator_parts_not_carried
            from placed
            where
                former_{{ level }}_code is not null
                and (
                    {{ level }}_code is null or {{ level }}_code <> former_{{ level }}_code
                    {% if level == "municipality" %}
                        or conversion_rule = 'split_by_population'
                    {% endif %}
                )
            group by former_{{ level }}_code, series_id, dimension, period
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    sums as (
        {% for level in levels %}
            select
                '{{ level }}' as territory_level,
                {{ level }}_code as territory_code,
                min(country_code) as country_code,
                indicator_id,
                dimension,
                series_id,
                period,
                reference_date,
                max(source_dataset) as source_dataset,
                max(source_edition) as source_edition,
                cast(sum(numerator_parts) as bigint) as numerator_parts,
                parts_per_unit,
                cast(sum(denominator) as bigint) as denominator,
                {% if level == "municipality" %}
                    coalesce(
                        max(case when conversion_rule <> 'unchanged' then conversion_rule end),
                        'unchanged'
                    )
                {% else %} 'sum_of_municipalities'
                {% endif %} as conversion_rule,
                max(weight_basis) as weight_basis,
                max(
                    case
                        when
                            former_{{ level }}_code = {{ level }}_code
                            {% if level == "municipality" %}
                                and conversion_rule = 'unchanged'
                            {% endif %}
                        then 0
                        else 1
                    end
                )
                = 1 as has_joined
            from placed
            where {{ level }}_code is not null
            group by
                {{ level }}_code,
                indicator_id,
                dimension,
                series_id,
                period,
                reference_date,
                parts_per_unit
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    sums.territory_level,
    sums.territory_code,
    sums.country_code,
    sums.indicator_id,
    sums.dimension,
    sums.series_id,
    sums.period,
    sums.reference_date,
    sums.source_dataset,
    sums.source_edition,
    sums.numerator_parts,
    sums.parts_per_unit,
    sums.denominator,
    sums.conversion_rule,
    sums.weight_basis,
    sums.has_joined or left_behind.territory_code is not null as is_converted,
    cast(
        coalesce(left_behind.numerator_parts_not_carried, 0) as bigint
    ) as numerator_parts_not_carried
from sums
left join
    left_behind
    on sums.territory_level = left_behind.territory_level
    and sums.territory_code = left_behind.territory_code
    and sums.series_id = left_behind.series_id
    and sums.dimension = left_behind.dimension
    and sums.period = left_behind.period
left join
    incomplete
    on sums.territory_level = 'municipality'
    and sums.territory_code = incomplete.target_code
    and sums.series_id = incomplete.series_id
    and sums.dimension = incomplete.dimension
    and sums.period = incomplete.period
where incomplete.target_code is null
