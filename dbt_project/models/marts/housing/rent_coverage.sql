-- One row per area, size category of flats and edition of the rent map
with
    areas as (
        {% for level in ["orp", "district", "region", "country"] %}
            select '{{ level }}' as territory_level, {{ level }}_code as territory_code, rents.*
            from {{ ref("int_rent_by_municipality") }} as rents
            where {{ level }}_code is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    counted as (
        select
            territory_level,
            territory_code,
            size_category,
            reference_date,
            edition,
            count(*) as municipalities,
            count(*) filter (where rent_origin = 'own_row') as with_own_row,
            count(*) filter (where rent_origin = 'cadastral_areas_only') as by_cadastral_areas,
            count(*) filter (where rent_origin = 'no_row') as without_rent,
            cast(sum(cadastral_areas) as bigint) as cadastral_areas,
            count(*) filter (where coverage = 1)
            + cast(sum(cadastral_areas_of_lowest_coverage) as bigint) as of_lowest_coverage
        from areas
        group by territory_level, territory_code, size_category, reference_date, edition
    )

select
    territory_level,
    territory_code,
    size_category,
    reference_date,
    municipalities,
    with_own_row as municipalities_with_own_row,
    by_cadastral_areas as municipalities_by_cadastral_areas_only,
    without_rent as municipalities_without_rent,
    100 * with_own_row / cast(municipalities as double) as own_row_share_pct,
    cadastral_areas,
    with_own_row + cadastral_areas as rents,
    of_lowest_coverage as rents_of_up_to_30_observations,
    100
    * of_lowest_coverage
    / nullif(cast(with_own_row + cadastral_areas as double), 0) as lowest_coverage_share_pct,
    'mf__rent_map' as source_dataset,
    edition as source_edition
from counted
