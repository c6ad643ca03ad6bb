-- One row per POÚ of RÚIAN that could be matched with a POÚ of the statistical office
with
    -- The two registers number the POÚ differently and no list joins them, so the municipalities
    -- they have in common decide.
    ruian_edition as (
        select max(reference_date) as reference_date from {{ ref("stg_cuzk__municipalities") }}
    ),

    ruian as (
        select municipalities.municipality_code, municipalities.pou_ruian_code
        from {{ ref("stg_cuzk__municipalities") }} as municipalities
        inner join ruian_edition on municipalities.reference_date = ruian_edition.reference_date
        where municipalities.valid_to is null and municipalities.pou_ruian_code is not null
    ),

    stated as (
        select municipality_code, snapshot_date, pou_code
        from {{ ref("stg_csu__territory_structure") }}
        where pou_code is not null
        union all
        select municipality_code, reference_date as snapshot_date, pou_code
        from {{ ref("stg_csu__municipality_pou") }}
        where pou_code is not null
    ),

    last_stated as (
        select municipality_code, max_by(pou_code, snapshot_date) as pou_code
        from stated
        group by municipality_code
    ),

    pairs as (
        select ruian.municipality_code, ruian.pou_ruian_code, last_stated.pou_code
        from ruian
        inner join last_stated on ruian.municipality_code = last_stated.municipality_code
    )

    {{ mutual_best_match("pairs", "pou_ruian_code", "pou_code") }}
