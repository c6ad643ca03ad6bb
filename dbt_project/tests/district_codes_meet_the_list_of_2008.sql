{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "Former district codes lead to codes of the list of 2008, and no district is lost",
                "remedy": "Look at the edition's codes in int_district_crosswalk and at the districts that it leaves out.",
            },
            "dagster": {"ref": {"name": "int_district_crosswalk"}},
        }
    )
}}

with
    listed as (select district_code from {{ ref("stg_csu__districts_lau_2008") }}),

    -- What the publication's municipalities lie in, by today's code.
    used as (
        select distinct
            figures.reference_date,
            coalesce(renumbered.district_code, figures.district_code) as district_code
        from {{ ref("stg_csu__population") }} as figures
        left join
            {{ ref("int_district_crosswalk") }} as renumbered
            on figures.reference_date = renumbered.reference_date
            and figures.district_code = renumbered.former_code
    ),

    days as (select distinct reference_date from used),

    expected as (select days.reference_date, listed.district_code from days cross join listed)

select
    coalesce(used.reference_date, expected.reference_date) as reference_date,
    used.district_code as used_code,
    expected.district_code as expected_code
from used
full outer join
    expected
    on used.reference_date = expected.reference_date
    and used.district_code = expected.district_code
where
    (used.district_code is null or expected.district_code is null)
    and exists (select 1 from listed)
    -- the unit for what lies in no district has no municipality
    and coalesce(expected.district_code, '') not like '%ZZZZ'
