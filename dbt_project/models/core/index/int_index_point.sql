-- One row per municipality, index input and year: the points, borrowed where there is no school
with
    scores as (select * from {{ ref("int_index_score") }}),

    -- The donor's points are taken over as they are, not computed anew with the recipient's region.
    borrowed as (
        select
            recipients.municipality_code,
            recipients.indicator_id,
            recipients.year,
            nearest.donor_code,
            nearest.distance_m,
            donors.score_status,
            donors.count_score,
            donors.share_score,
            donors.lq_score
        from scores as recipients
        inner join
            {{ ref("int_nearest_school") }} as nearest
            on recipients.municipality_code = nearest.municipality_code
            and recipients.year = nearest.year
        inner join
            scores as donors
            on nearest.donor_code = donors.municipality_code
            and recipients.indicator_id = donors.indicator_id
            and recipients.year = donors.year
        where recipients.score_status = 'no_school'
    )

select
    scores.municipality_code,
    scores.indicator_id,
    scores.year,
    scores.score_status = 'no_school' as is_borrowed,
    borrowed.donor_code,
    borrowed.distance_m,
    case
        when scores.score_status <> 'no_school'
        then scores.score_status
        else coalesce(borrowed.score_status, 'no_donor')
    end as point_status,
    coalesce(borrowed.count_score, scores.count_score) as points_count,
    coalesce(borrowed.share_score, scores.share_score) as points_share,
    coalesce(borrowed.lq_score, scores.lq_score) as points_lq,
    coalesce(borrowed.count_score, scores.count_score)
    + coalesce(borrowed.share_score, scores.share_score)
    + coalesce(borrowed.lq_score, scores.lq_score) as points
from scores
left join
    borrowed
    on scores.municipality_code = borrowed.municipality_code
    and scores.indicator_id = borrowed.indicator_id
    and scores.year = borrowed.year
