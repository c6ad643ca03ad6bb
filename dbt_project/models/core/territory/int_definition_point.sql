-- One row per municipality: its definition point from the latest edition that has it
with
    points as (
        select municipality_code, max(reference_date) as reference_date
        from {{ ref("stg_cuzk__definition_points") }}
        group by municipality_code
    )

select
    points.municipality_code,
    stated.edition as definition_point_edition,
    stated.longitude,
    stated.latitude
from points
inner join
    {{ ref("stg_cuzk__definition_points") }} as stated
    on points.municipality_code = stated.municipality_code
    and points.reference_date = stated.reference_date
