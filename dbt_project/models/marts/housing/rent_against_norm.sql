-- One row per municipality, size of household and edition of a source of rents
with
    editions as (
        select source_dataset, source_edition, reference_date
        from {{ ref("int_rent_range") }}
        group by source_dataset, source_edition, reference_date
    ),

    -- The size class goes by the latest count of inhabitants up to the day of the rents.
    inhabitants as (
        select
            editions.source_dataset,
            editions.source_edition,
            people.municipality_code,
            max_by(people.population, people.reference_date) as inhabitants
        from editions
        inner join
            {{ ref("int_population_base") }} as people
            on people.reference_date <= editions.reference_date
        group by editions.source_dataset, editions.source_edition, people.municipality_code
    ),

    -- The floor area of the latest norm up to the day; its amount only while it is in force.
    areas as (
        select
            editions.source_dataset,
            editions.source_edition,
            norms.household_persons,
            max_by(norms.norm_area_m2, norms.valid_from) as norm_area_m2,
            max(norms.valid_from) as norm_area_valid_from
        from editions
        inner join
            {{ ref("housing_norm_catalogue") }} as norms
            on norms.valid_from <= editions.reference_date
        group by editions.source_dataset, editions.source_edition, norms.household_persons
    ),

    compared as (
        select
            rents.*,
            territory.municipality_name,
            territory.orp_code,
            territory.district_code,
            territory.region_code,
            inhabitants.inhabitants,
            areas.norm_area_m2,
            areas.norm_area_valid_from,
            norms.size_class,
            norms.norm_czk_month,
            norms.legal_citation,
            norms.is_verified as is_norm_verified,
            rents.lower_czk_m2 * areas.norm_area_m2 as rent_lower_czk_month,
            rents.upper_czk_m2 * areas.norm_area_m2 as rent_upper_czk_month
        from {{ ref("int_rent_range") }} as rents
        inner join
            {{ ref("int_current_municipality") }} as territory
            on rents.municipality_code = territory.municipality_code
        left join
            inhabitants
            on rents.municipality_code = inhabitants.municipality_code
            and rents.source_dataset = inhabitants.source_dataset
            and rents.source_edition = inhabitants.source_edition
        left join
            areas
            on rents.household_persons = areas.household_persons
            and rents.source_dataset = areas.source_dataset
            and rents.source_edition = areas.source_edition
        left join
            {{ ref("housing_norm_catalogue") }} as norms
            on rents.household_persons = norms.household_persons
            and norms.valid_from <= rents.reference_date
            and norms.valid_to >= rents.reference_date
            and norms.norm_czk_month is not null
            and (
                (norms.size_class = 'capital' and territory.municipality_status = 'H')
                or (
                    territory.municipality_status <> 'H'
                    and inhabitants.inhabitants >= norms.inhabitants_from
                    and (
                        norms.inhabitants_to is null
                        or inhabitants.inhabitants <= norms.inhabitants_to
                    )
                )
            )
    )

select
    municipality_code,
    municipality_name,
    orp_code,
    district_code,
    region_code,
    household_persons,
    size_category,
    reference_date,
    rent_origin,
    inhabitants,
    size_class,
    lower_czk_m2 as rent_lower_czk_m2,
    upper_czk_m2 as rent_upper_czk_m2,
    norm_area_m2,
    norm_area_valid_from,
    rent_lower_czk_month,
    rent_upper_czk_month,
    norm_czk_month,
    100 * rent_lower_czk_month / norm_czk_month as rent_lower_pct_of_norm,
    100 * rent_upper_czk_month / norm_czk_month as rent_upper_pct_of_norm,
    -- The norm covers energy and services as well, the rent does not.
    case
        when norm_czk_month is null or rent_lower_czk_month is null
        then 'cannot_tell'
        when rent_lower_czk_month > norm_czk_month
        then 'rent_alone_above_norm'
        when rent_upper_czk_month > norm_czk_month
        then 'rent_alone_may_exceed_norm'
        else 'rent_alone_within_norm'
    end as comparison,
    case
        when norm_czk_month is not null and rent_lower_czk_month is not null
        then null
        when inhabitants is null
        then 'inhabitants_not_known'
        else 'no_norm_at_hand'
    end as comparison_reason,
    legal_citation,
    is_norm_verified,
    source_dataset,
    source_edition
from compared
