-- One row per district, kind of school, unit of capacity and edition of the older register
select
    district_code,
    school_kind,
    coalesce(capacity_unit, 'not_stated') as capacity_unit,
    count(*) as schools,
    cast(sum(capacity) as bigint) as capacity,
    count(*) - count(capacity) as schools_without_capacity,
    reference_date,
    'msmt__school_register' as source_dataset,
    edition as source_edition
from {{ ref("stg_msmt__school_register") }}
group by district_code, school_kind, coalesce(capacity_unit, 'not_stated'), reference_date, edition
