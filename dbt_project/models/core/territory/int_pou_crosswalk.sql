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

    shared as (
        select ruian.pou_ruian_code, last_stated.pou_code, count(*) as municipalities
        from ruian
        inner join last_stated on ruian.municipality_code = last_stated.municipality_code
        group by ruian.pou_ruian_code, last_stated.pou_code
    ),

    -- A few municipalities have moved since, so the match is the pair that shares the most, seen
    -- from
    -- both sides; a tie on either side is no match.
    best_by_ruian as (
        select pou_ruian_code, max(municipalities) as municipalities
        from shared
        group by pou_ruian_code
    ),

    best_by_code as (
        select pou_code, max(municipalities) as municipalities from shared group by pou_code
    ),

    mutual as (
        select shared.pou_ruian_code, shared.pou_code, shared.municipalities
        from shared
        inner join
            best_by_ruian
            on shared.pou_ruian_code = best_by_ruian.pou_ruian_code
            and shared.municipalities = best_by_ruian.municipalities
        inner join
            best_by_code
            on shared.pou_code = best_by_code.pou_code
            and shared.municipalities = best_by_code.municipalities
    ),

    counted as (
        select
            pou_ruian_code,
            pou_code,
            municipalities,
            count(*) over (partition by pou_ruian_code) as of_ruian,
            count(*) over (partition by pou_code) as of_code
        from mutual
    )

select pou_ruian_code, pou_code, municipalities as shared_municipalities
from counted
where of_ruian = 1 and of_code = 1
