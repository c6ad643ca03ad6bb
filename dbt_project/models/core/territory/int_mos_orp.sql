-- One row per name of an ORP in MOS that could be matched with an ORP code
with
    -- MOS names the ORP in capitals and shortens some, so the municipalities in common decide.
    edition as (
        select max(reference_date) as reference_date from {{ ref("stg_csu__mos_territories") }}
    ),

    named as (
        select territories.municipality_code, territories.orp_name
        from {{ ref("stg_csu__mos_territories") }} as territories
        inner join edition on territories.reference_date = edition.reference_date
        where territories.valid_to_year is null and territories.orp_name is not null
    ),

    stated as (
        select municipality_code, snapshot_date, orp_code
        from {{ ref("stg_csu__territory_structure") }}
        where orp_code is not null
        union all
        select municipality_code, reference_date as snapshot_date, orp_code
        from {{ ref("stg_csu__municipality_orp") }}
    ),

    last_stated as (
        select municipality_code, max_by(orp_code, snapshot_date) as orp_code
        from stated
        group by municipality_code
    ),

    pairs as (
        select named.municipality_code, named.orp_name, last_stated.orp_code
        from named
        inner join last_stated on named.municipality_code = last_stated.municipality_code
    )

    {{ mutual_best_match("pairs", "orp_name", "orp_code") }}
