-- One row per municipality and 1 January from the beginning of publication 130072 on, as MOS
-- states it
with
    edition as (
        select max(reference_date) as reference_date from {{ ref("stg_csu__mos_territories") }}
    ),

    intervals as (
        select
            territories.*,
            min(territories.valid_from_year) over (
                partition by territories.municipality_code
            ) as first_year
        from {{ ref("stg_csu__mos_territories") }} as territories
        inner join edition on territories.reference_date = edition.reference_date
    ),

    listed as (select municipality_code, reference_date from {{ ref("stg_csu__population") }}),

    first_day as (select min(reference_date) as reference_date from listed),

    -- The years that the intervals name are all there are: in between nothing changes.
    years as (
        select reference_date
        from listed
        union
        select cast(concat(cast(valid_from_year as varchar), '-01-01') as date) as reference_date
        from intervals
        union
        select cast(concat(cast(valid_to_year + 1 as varchar), '-01-01') as date) as reference_date
        from intervals
        where valid_to_year is not null
    ),

    days as (
        select years.reference_date
        from years
        inner join first_day on years.reference_date >= first_day.reference_date
        inner join edition on year(years.reference_date) <= year(edition.reference_date)
    )

-- A year of MOS is one in which the municipality existed, if only from July on; whether it did on
-- 1 January of its first year, the publication says.
select intervals.municipality_code, days.reference_date as snapshot_date, orps.orp_code
from days
inner join
    intervals
    on intervals.valid_from_year <= year(days.reference_date)
    and (intervals.valid_to_year is null or intervals.valid_to_year >= year(days.reference_date))
left join
    listed
    on intervals.municipality_code = listed.municipality_code
    and days.reference_date = listed.reference_date
left join {{ ref("int_mos_orp") }} as orps on intervals.orp_name = orps.orp_name
where intervals.first_year < year(days.reference_date) or listed.municipality_code is not null
