-- One row per district code that only lists of schools use, with the district of which it is a part
with
    listed as (select district_code from {{ ref("int_district_region") }}),

    counted as (
        select addresses.msmt_district_code, ledger.district_code, count(*) as organisations
        from {{ ref("stg_msmt__school_addresses") }} as addresses
        inner join
            {{ ref("int_municipality_interval") }} as ledger
            on addresses.municipality_code = ledger.municipality_code
            and ledger.valid_from <= addresses.reference_date
            and coalesce(ledger.valid_to, date '9999-12-31') >= addresses.reference_date
        left join listed on addresses.msmt_district_code = listed.district_code
        where listed.district_code is null and ledger.district_code is not null
        group by addresses.msmt_district_code, ledger.district_code
    ),

    shares as (
        select *, sum(organisations) over (partition by msmt_district_code) as organisations_of_code
        from counted
    )

-- One organisation may have its seat elsewhere, so more than half decide.
select msmt_district_code, district_code, organisations
from shares
where 2 * organisations > organisations_of_code
