{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "int_observation_distraint_proceedings: what is left out of the persons is left out of the proceedings",
                "remedy": "Both read int_distraint_doubt; look there for the municipality and period named here.",
            },
            "dagster": {"ref": {"name": "int_observation_distraint_proceedings"}},
        }
    )
}}

select
    persons.territory_code,
    persons.period,
    persons.source_dataset,
    persons.observation_status as status_of_persons,
    proceedings.observation_status as status_of_proceedings
from {{ ref("int_observation_distraint") }} as persons
left join
    {{ ref("int_observation_distraint_proceedings") }} as proceedings
    on persons.territory_code = proceedings.territory_code
    and persons.period = proceedings.period
    and persons.source_dataset = proceedings.source_dataset
where
    persons.dimension = 'total'
    and (
        proceedings.territory_code is null
        or (
            persons.observation_status <> 'observed'
            and proceedings.observation_status <> persons.observation_status
        )
        or (persons.observation_status <> 'observed' and proceedings.numerator_parts is not null)
    )
