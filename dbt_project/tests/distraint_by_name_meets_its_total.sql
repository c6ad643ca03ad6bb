{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "int_distraint_by_name: the extract's persons are all accounted for",
                "remedy": "Compare the sum of the file with those matched, those of ambiguous names and those without a municipality.",
            },
            "dagster": {"ref": {"name": "int_distraint_by_name"}},
        }
    )
}}

-- All persons of the file (698,028 in 2021) = matched + of names that cannot be told + of no place.
with
    stated as (
        select edition, sum(persons) as persons
        from {{ ref("stg_ekcr__distraint_by_name") }}
        group by edition
    ),

    matched as (
        select edition, sum(persons) as persons
        from {{ ref("int_distraint_by_name") }}
        group by edition
    ),

    left_out as (
        select figures.edition, sum(figures.persons) as persons
        from {{ ref("stg_ekcr__distraint_by_name") }} as figures
        left join
            {{ ref("name_match") }} as matches
            on matches.source_dataset = 'ekcr__distraint_by_name'
            and figures.edition = matches.source_edition
            and figures.municipality_name = matches.source_name
            and figures.district_name = matches.stated_district
            and figures.region_name = matches.stated_region
            and matches.confidence in ('high', 'medium')
        where matches.territory_code is null
        group by figures.edition
    )

select
    stated.edition,
    stated.persons,
    matched.persons as persons_matched,
    left_out.persons as persons_left_out
from stated
left join matched on stated.edition = matched.edition
left join left_out on stated.edition = left_out.edition
where
    stated.persons <> coalesce(matched.persons, 0) + coalesce(left_out.persons, 0)
    or ('{{ world() }}' = 'real' and stated.edition = '2021' and stated.persons <> 698028)
    or (
        '{{ world() }}' = 'real'
        and stated.edition = '2021'
        and coalesce(left_out.persons, 0) > 44143
    )
