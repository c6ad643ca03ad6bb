-- One row per 1 January of publication 130072 and former district code, with the code of today
with
    listed as (select district_code from {{ ref("int_district_region") }}),

    stated as (
        select
            figures.municipality_code,
            figures.reference_date,
            figures.district_code,
            listed.district_code is not null as is_listed
        from {{ ref("stg_csu__population") }} as figures
        left join listed on figures.district_code = listed.district_code
    ),

    -- A code of today's list means today's district; the others were renumbered, and the next
    -- statement with a listed code says under which a municipality lies since.
    pairs as (
        select
            former.reference_date,
            former.municipality_code,
            former.district_code as former_code,
            min_by(later.district_code, later.reference_date) as district_code
        from stated as former
        inner join
            stated as later
            on former.municipality_code = later.municipality_code
            and former.reference_date < later.reference_date
            and later.is_listed
        where not former.is_listed
        group by former.reference_date, former.municipality_code, former.district_code
    )

    {{ mutual_best_match("pairs", "former_code", "district_code", within=["reference_date"]) }}
