-- One row per day of the data for planning analyses and former region code, with the code of today
with
    listed as (select distinct region_code from {{ ref("int_district_region") }}),

    pairs as (
        select
            planning.reference_date,
            planning.municipality_code,
            planning.region_code as former_code,
            ledger.region_code
        from {{ ref("stg_csu__planning_data") }} as planning
        inner join
            {{ ref("int_municipality_interval") }} as ledger
            on planning.municipality_code = ledger.municipality_code
            and ledger.valid_from <= planning.reference_date
            and coalesce(ledger.valid_to, date '9999-12-31') >= planning.reference_date
        left join listed on planning.region_code = listed.region_code
        where
            planning.region_code is not null
            and ledger.region_code is not null
            and listed.region_code is null
    )

    {{ mutual_best_match("pairs", "former_code", "region_code", within=["reference_date"]) }}
