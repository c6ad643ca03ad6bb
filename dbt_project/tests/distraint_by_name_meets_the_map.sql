{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "int_distraint_by_name: persons and proceedings of 2021 are those of the coded Map of distraints",
                "remedy": "Look at the name in name_match: a municipality with other figures than the map's was matched wrongly, or the map has revised its year.",
            },
            "dagster": {"ref": {"name": "int_distraint_by_name"}},
        }
    )
}}

-- The map's year 2021 was made from the same extract and has codes: the oracle of the matching.
select by_name.municipality_code, by_name.persons, maps.persons as persons_of_map
from {{ ref("int_distraint_by_name") }} as by_name
inner join
    {{ ref("stg_iprp__distraint_map_2022") }} as maps
    on by_name.municipality_code = maps.municipality_code
    and by_name.edition = cast(maps.year as varchar)
where
    '{{ world() }}' = 'real'
    and not by_name.is_ambiguous
    and (
        by_name.persons is null
        or by_name.persons <> maps.persons
        or by_name.proceedings <> maps.proceedings
    )
