-- One row per name of a district in MOS that could be matched with a district code
with
    -- MOS shortens some names and leaves a part of others away, so the municipalities in common
    -- decide.
    edition as (
        select max(reference_date) as reference_date from {{ ref("stg_csu__mos_territories") }}
    ),

    pairs as (
        select named.municipality_code, named.district_name, ledger.district_code
        from {{ ref("stg_csu__mos_territories") }} as named
        inner join edition on named.reference_date = edition.reference_date
        inner join
            {{ ref("int_municipality_interval") }} as ledger
            on named.municipality_code = ledger.municipality_code
            and ledger.valid_to is null
        where
            named.valid_to_year is null
            and named.district_name is not null
            and ledger.district_code is not null
    )

    {{ mutual_best_match("pairs", "district_name", "district_code") }}
