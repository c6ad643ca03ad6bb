-- One row per theme, band of the index, period and basis of place
with
    bands as (
        select municipality_code, headline_band as band, year
        from {{ ref("social_exclusion_index") }}
        where year = (select max(latest.year) from {{ ref("social_exclusion_index") }} as latest)
    ),

    people as (
        select
            bands.band,
            max(bands.year) as index_year,
            count(*) as municipalities,
            cast(sum(territory.inhabitants) as bigint) as inhabitants,
            max(territory.inhabitants_id) as inhabitants_id
        from bands
        inner join
            {{ ref("int_current_municipality") }} as territory
            on bands.municipality_code = territory.municipality_code
        where bands.band is not null
        group by bands.band
    ),

    summed as (
        select
            shares.funding_period,
            shares.source_dataset,
            shares.source_edition,
            shares.theme,
            shares.place_basis,
            bands.band,
            count(distinct shares.project_number) as operations,
            cast(sum(shares.eligible_parts) as hugeint) as eligible_parts,
            cast(sum(shares.eu_parts) as hugeint) as eu_parts
        from {{ ref("int_eu_operation_place") }} as shares
        left join
            bands
            on shares.place_level = 'municipality'
            and shares.place_code = bands.municipality_code
        group by
            shares.funding_period,
            shares.source_dataset,
            shares.source_edition,
            shares.theme,
            shares.place_basis,
            bands.band
    )

select
    summed.theme,
    summed.funding_period,
    summed.place_basis,
    summed.band,
    -- A region has no band: what is placed above a municipality stands in a row of its own.
    case when summed.band is null then 'not_in_a_municipality' else 'in_band' end as band_status,
    people.index_year,
    summed.operations,
    people.municipalities,
    cast(summed.eligible_parts as double) / 100 as eligible_cost_czk,
    cast(summed.eu_parts as double) / 100 as eu_contribution_czk,
    people.inhabitants,
    people.inhabitants_id,
    cast(summed.eu_parts as double)
    / (100 * nullif(people.inhabitants, 0)) as eu_czk_per_inhabitant,
    summed.source_dataset,
    summed.source_edition
from summed
left join people on summed.band = people.band
