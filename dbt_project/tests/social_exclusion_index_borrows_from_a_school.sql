{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "social_exclusion_index: points are borrowed exactly where there is no school, and from a municipality that has one",
                "remedy": "Look at int_nearest_school for the municipality named here, and at the definition points of both.",
            },
        }
    )
}}

select recipients.municipality_code, recipients.year, recipients.early_leavers_borrowed_from_code
from {{ ref("social_exclusion_index") }} as recipients
left join
    {{ ref("social_exclusion_index") }} as donors
    on recipients.early_leavers_borrowed_from_code = donors.municipality_code
    and recipients.year = donors.year
where
    (
        recipients.early_leavers_status <> 'no_school'
        and recipients.early_leavers_borrowed_from_code is not null
    )
    or (
        recipients.early_leavers_borrowed_from_code is not null
        and (
            donors.municipality_code is null
            or donors.early_leavers_status = 'no_school'
            or recipients.early_leavers_points <> donors.early_leavers_points
        )
    )
