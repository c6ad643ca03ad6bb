-- One row per municipality without an ordinary school and year: the nearest one that has a school
with
    status as (
        select
            schools.municipality_code,
            schools.year,
            schools.early_leavers_status,
            points.x_m,
            points.y_m
        from {{ ref("stg_asz__social_exclusion_index") }} as schools
        inner join
            {{ ref("int_projected_point") }} as points
            on schools.municipality_code = points.municipality_code
    ),

    -- Schools that no pupil left in the year are donors too: without them fewer published values
    -- are met.
    distances as (
        select
            recipients.municipality_code,
            recipients.year,
            donors.municipality_code as donor_code,
            (recipients.x_m - donors.x_m) * (recipients.x_m - donors.x_m)
            + (recipients.y_m - donors.y_m) * (recipients.y_m - donors.y_m) as squared_m
        from status as recipients
        inner join status as donors on recipients.year = donors.year
        where
            recipients.early_leavers_status = 'no_school'
            and donors.early_leavers_status in ('own_school', 'no_leaving_pupils')
    )

-- Of two at the same distance the lower code gives.
select
    municipality_code,
    year,
    min_by(donor_code, {{ ordered_pair("squared_m", "donor_code") }}) as donor_code,
    sqrt(min(squared_m)) as distance_m
from distances
group by municipality_code, year
