-- One row per municipality, series and period of persons in distraint, as the sources give them
with
    snapshots as (
        select edition, reference_date
        from {{ ref("stg_ekcr__distraint_by_municipality") }}
        group by edition, reference_date
    ),

    -- A municipality without a case is absent from the snapshot; the ledger says which these are.
    registered as (
        select
            snapshots.edition,
            snapshots.reference_date,
            territory.municipality_code,
            territory.municipality_name
        from snapshots
        inner join
            {{ ref("int_municipality_interval") }} as territory
            on territory.valid_from <= snapshots.reference_date
            and (territory.valid_to is null or territory.valid_to >= snapshots.reference_date)
    ),

    snapshot_figures as (
        select
            coalesce(stated.municipality_code, registered.municipality_code) as municipality_code,
            coalesce(stated.municipality_name, registered.municipality_name) as municipality_name,
            coalesce(stated.edition, registered.edition) as edition,
            coalesce(stated.reference_date, registered.reference_date) as reference_date,
            case when stated.municipality_code is null then 0 else stated.persons end as persons,
            case
                when stated.municipality_code is null then 0 else stated.proceedings
            end as proceedings
        from registered
        full outer join
            {{ ref("stg_ekcr__distraint_by_municipality") }} as stated
            on registered.edition = stated.edition
            and registered.municipality_code = stated.municipality_code
    ),

    figures as (
        select
            municipality_code,
            municipality_name,
            period,
            reference_date,
            source_dataset,
            source_edition,
            numerator_parts as persons,
            cast(null as bigint) as persons_under_18,
            cast(null as bigint) as persons_18_29,
            cast(null as bigint) as persons_65_plus,
            cast(null as bigint) as proceedings,
            denominator as population_15plus,
            false as is_checked
        from {{ ref("int_observation_asz") }}
        where indicator_id = 'distraint'
        union all
        select
            municipality_code,
            municipality_name,
            cast(reference_date as varchar) as period,
            reference_date,
            'ekcr__distraint_by_municipality' as source_dataset,
            edition as source_edition,
            persons,
            cast(null as bigint) as persons_under_18,
            cast(null as bigint) as persons_18_29,
            cast(null as bigint) as persons_65_plus,
            proceedings,
            cast(null as bigint) as population_15plus,
            true as is_checked
        from snapshot_figures
        union all
        select
            municipality_code,
            municipality_name,
            edition as period,
            reference_date,
            'ekcr__distraint_by_name' as source_dataset,
            edition as source_edition,
            persons,
            cast(null as bigint) as persons_under_18,
            cast(null as bigint) as persons_18_29,
            cast(null as bigint) as persons_65_plus,
            proceedings,
            cast(null as bigint) as population_15plus,
            true as is_checked
        from {{ ref("int_distraint_by_name") }}
        {% for dataset in ["distraint_map_2016_2019", "distraint_map_2022"] %}
            union all
            select
                municipality_code,
                municipality_name,
                cast(year as varchar) as period,
                cast(concat(year, '-12-31') as date) as reference_date,
                'iprp__{{ dataset }}' as source_dataset,
                edition as source_edition,
                -- 0 persons beside proceedings or persons of some age: their number is not known.
                case
                    when
                        persons = 0
                        and (
                            proceedings > 0
                            or persons_under_18 + persons_18_29 + persons_65_plus > 0
                        )
                    then null
                    else persons
                end as persons,
                persons_under_18,
                persons_18_29,
                persons_65_plus,
                proceedings,
                population_15plus,
                true as is_checked
            from {{ ref("stg_iprp__" ~ dataset) }}
        {% endfor %}
    )

select
    municipality_code,
    municipality_name,
    concat(source_dataset, '/distraint') as series_id,
    period,
    reference_date,
    source_dataset,
    source_edition,
    persons,
    persons_under_18,
    persons_18_29,
    persons_65_plus,
    proceedings,
    population_15plus,
    is_checked
from figures
