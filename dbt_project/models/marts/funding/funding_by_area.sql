-- One row per level, territory, theme, programme, period, basis of place, status of place and
-- method of allocation
with
    stated as (
        select
            areas.*,
            case
                when territory_code is not null
                then 'in_territory'
                when is_place_stated
                then 'stated_above_this_level'
                else 'place_not_stated'
            end as place_status
        from {{ ref("int_funding_area") }} as areas
    ),

    summed as (
        select
            territory_level,
            territory_code,
            funding_period,
            source_dataset,
            source_edition,
            programme_code,
            theme,
            place_basis,
            place_status,
            allocation_method,
            count(distinct project_number) as operations,
            count(distinct project_number) filter (
                where eu_parts is null
            ) as operations_without_amount,
            cast(sum(eligible_parts) as hugeint) as eligible_parts,
            cast(sum(eu_parts) as hugeint) as eu_parts
        from stated
        group by
            territory_level,
            territory_code,
            funding_period,
            source_dataset,
            source_edition,
            programme_code,
            theme,
            place_basis,
            place_status,
            allocation_method
    )

select
    summed.territory_level,
    summed.territory_code,
    summed.theme,
    summed.programme_code,
    summed.funding_period,
    summed.place_basis,
    summed.place_status,
    summed.allocation_method,
    summed.operations,
    summed.operations_without_amount,
    cast(summed.eligible_parts as double) / 100 as eligible_cost_czk,
    cast(summed.eu_parts as double) / 100 as eu_contribution_czk,
    people.inhabitants,
    people.inhabitants_id,
    people.inhabitants_date,
    cast(summed.eu_parts as double)
    / (100 * nullif(people.inhabitants, 0)) as eu_czk_per_inhabitant,
    summed.source_dataset,
    summed.source_edition
from summed
left join
    {{ ref("int_place_inhabitants") }} as people
    on summed.territory_level = people.territory_level
    and summed.territory_code = people.territory_code
