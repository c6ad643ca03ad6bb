-- One row per area (ORP, district, region, country) and year
with
    members as (
        {% for level in ["orp", "district", "region", "country"] %}
            select
                '{{ level }}' as area_level,
                {{ level }}_code as area_code,
                municipality_code,
                year,
                reference_date,
                population_15plus,
                percentile,
                twice_rank,
                units
            from {{ ref("int_index_deprivation_rank") }}
            where {{ level }}_code is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- Where each unit's inhabitants lie among those of the area, the most deprived first.
    ordered as (
        select
            *,
            sum(population_15plus) over (partition by area_level, area_code, year) as population,
            sum(population_15plus) over (
                partition by area_level, area_code, year
                order by twice_rank, municipality_code
                rows between unbounded preceding and current row
            ) as population_up_to
        from members
    ),

    -- How many tenths of its inhabitants belong to the most deprived tenth of the area.
    weighted as (
        select
            *,
            greatest(
                0,
                least(
                    10 * population_15plus, population - 10 * (population_up_to - population_15plus)
                )
            ) as local_tenths
        from ordered
    ),

    summed as (
        select
            area_level,
            area_code,
            year,
            reference_date,
            count(*) as municipalities,
            sum(population_15plus) as population_15plus,
            sum(case when percentile <= 10 then 1 else 0 end) as municipalities_in_tenth,
            sum(case when percentile <= 10 then population_15plus else 0 end) as people_in_tenth,
            sum(
                population_15plus * case
                    when percentile <= 10
                    then 1900
                    when percentile <= 30
                    then 1805 - 90 * (percentile - 11)
                    else 0
                end
            ) as extent_parts,
            -- The rank counted from the least deprived, twice.
            sum(cast(local_tenths as hugeint) * (2 * units + 1 - twice_rank)) as local_ranks,
            sum(local_tenths) as local_tenths,
            max(units) as units
        from weighted
        group by area_level, area_code, year, reference_date
    )

select
    summed.area_level,
    summed.area_code,
    areas.area_name,
    areas.region_code,
    summed.year,
    cast(summed.municipalities as integer) as municipalities,
    cast(summed.population_15plus as bigint) as population_15plus,
    cast(summed.municipalities_in_tenth as integer) as municipalities_in_tenth,
    cast(summed.people_in_tenth as bigint) as population_15plus_in_tenth,
    100 * cast(summed.people_in_tenth as double) / summed.population_15plus as share_in_tenth_pct,
    100
    * cast(summed.extent_parts as double)
    / (1900 * cast(summed.population_15plus as double)) as extent_pct,
    100
    * cast(summed.local_ranks as double)
    / (2 * cast(summed.local_tenths as double) * summed.units) as local_concentration
from summed
left join
    {{ ref("int_area_interval") }} as areas
    on summed.area_level = areas.area_level
    and summed.area_code = areas.area_code
    and areas.valid_from <= summed.reference_date
    and (areas.valid_to is null or areas.valid_to >= summed.reference_date)
