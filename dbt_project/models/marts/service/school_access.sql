-- One row per municipality, kind of school and source: its own school or the nearest one
with
    offers as (
        select source_dataset, source_edition, reference_date, school_kind
        from {{ ref("int_school_place") }}
        group by source_dataset, source_edition, reference_date, school_kind
    ),

    -- Only whoever has none of its own needs a distance to all that have one.
    wanted as (
        select territory.municipality_code, territory.x_m, territory.y_m, offers.*
        from {{ ref("int_current_municipality") }} as territory
        cross join offers
        left join
            {{ ref("int_school_place") }} as own
            on territory.municipality_code = own.municipality_code
            and offers.school_kind = own.school_kind
            and offers.source_dataset = own.source_dataset
        where own.municipality_code is null and territory.x_m is not null
    ),

    distances as (
        select
            wanted.municipality_code,
            wanted.source_dataset,
            wanted.school_kind,
            near.municipality_code as nearest_code,
            (wanted.x_m - near.x_m) * (wanted.x_m - near.x_m)
            + (wanted.y_m - near.y_m) * (wanted.y_m - near.y_m) as squared_m
        from wanted
        inner join
            {{ ref("int_school_place") }} as schools
            on wanted.school_kind = schools.school_kind
            and wanted.source_dataset = schools.source_dataset
        inner join
            {{ ref("int_current_municipality") }} as near
            on schools.municipality_code = near.municipality_code
        where near.x_m is not null
    ),

    -- Of two at the same distance the lower code is taken.
    nearest as (
        select
            municipality_code,
            source_dataset,
            school_kind,
            min_by(nearest_code, {{ ordered_pair("squared_m", "nearest_code") }}) as nearest_code,
            sqrt(min(squared_m)) / 1000 as distance_km
        from distances
        group by municipality_code, source_dataset, school_kind
    )

select
    territory.municipality_code,
    territory.municipality_name,
    territory.orp_code,
    territory.region_code,
    offers.school_kind,
    own.municipality_code is not null as has_own_school,
    own.schools,
    coalesce(own.municipality_code, nearest.nearest_code) as school_municipality_code,
    places.municipality_name as school_municipality_name,
    case when own.municipality_code is not null then 0 else nearest.distance_km end as distance_km,
    offers.reference_date,
    offers.source_dataset,
    offers.source_edition
from {{ ref("int_current_municipality") }} as territory
cross join offers
left join
    {{ ref("int_school_place") }} as own
    on territory.municipality_code = own.municipality_code
    and offers.school_kind = own.school_kind
    and offers.source_dataset = own.source_dataset
left join
    nearest
    on territory.municipality_code = nearest.municipality_code
    and offers.school_kind = nearest.school_kind
    and offers.source_dataset = nearest.source_dataset
left join
    {{ ref("int_current_municipality") }} as places
    on coalesce(own.municipality_code, nearest.nearest_code) = places.municipality_code
