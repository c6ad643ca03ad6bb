-- One row per municipality and year: the index, its parts and its band
with
    inputs as (
        select count(*) as inputs from {{ ref("indicator_catalogue") }} where is_index_input
    ),

    summed as (
        select
            municipality_code,
            year,
            count(points) as inputs,
            sum(points) as points,
            sum(points_count) as points_count,
            sum(points_share) as points_share,
            sum(points_lq) as points_lq,
            min(case when point_status <> 'scored' then point_status end) as missing_reason
        from {{ ref("int_index_point") }}
        group by municipality_code, year
    ),

    -- The index is the sum over all five inputs or nothing.
    complete as (
        select
            summed.municipality_code,
            summed.year,
            case
                when summed.inputs = inputs.inputs
                then null
                else coalesce(summed.missing_reason, 'missing')
            end as index_reason,
            case when summed.inputs = inputs.inputs then summed.points end as index_points,
            case when summed.inputs = inputs.inputs then summed.points_count end as points_count,
            case when summed.inputs = inputs.inputs then summed.points_share end as points_share,
            case when summed.inputs = inputs.inputs then summed.points_lq end as points_lq
        from summed
        cross join inputs
    )

select
    complete.municipality_code,
    complete.year,
    complete.index_reason,
    cast(complete.index_points as integer) as index_points,
    bands.band,
    cast(complete.points_count as integer) as points_count,
    cast(complete.points_share as integer) as points_share,
    cast(complete.points_lq as integer) as points_lq,
    -- More than half of the points come from absolute counts.
    2 * complete.points_count > complete.index_points as is_size_driven
from complete
left join
    {{ ref("index_band") }} as bands
    on complete.index_points between bands.points_from and bands.points_to
    and complete.year between bands.valid_from_year and bands.valid_to_year
