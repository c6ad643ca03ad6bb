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
            min(case when point_status <> 'scored' then point_status end) as missing_reason,
            {{ joined_texts("case when points is null then indicator_id end") }} as inputs_missing
        from {{ ref("int_index_point") }}
        group by municipality_code, year
    ),

    -- Within such a window an input counts partly one thing and partly another.
    broken as (
        select distinct points.year
        from {{ ref("int_index_point") }} as points
        inner join
            {{ ref("series_break_window") }} as breaks
            on points.indicator_id = breaks.indicator_id
            and cast(points.year as varchar) > breaks.from_period
            and cast(points.year as varchar) < breaks.to_period
        where breaks.world = '{{ world() }}'
    ),

    -- The index is the sum over all five inputs or nothing, and nothing across a break.
    complete as (
        select
            summed.municipality_code,
            summed.year,
            summed.inputs as inputs_available,
            summed.inputs_missing,
            summed.points,
            summed.points_count,
            summed.points_share,
            summed.points_lq,
            case
                when broken.year is not null
                then 'series_break'
                when summed.inputs < inputs.inputs
                then coalesce(summed.missing_reason, 'missing')
            end as index_reason
        from summed
        cross join inputs
        left join broken on summed.year = broken.year
    ),

    stated as (
        select
            municipality_code,
            year,
            inputs_available,
            inputs_missing,
            index_reason,
            case when index_reason is null then points end as index_points,
            case when index_reason is null then points_count end as points_count,
            case when index_reason is null then points_share end as points_share,
            case when index_reason is null then points_lq end as points_lq
        from complete
    )

select
    stated.municipality_code,
    stated.year,
    stated.index_reason,
    cast(stated.inputs_available as integer) as inputs_available,
    stated.inputs_missing,
    cast(stated.index_points as integer) as index_points,
    bands.band,
    cast(stated.points_count as integer) as points_count,
    cast(stated.points_share as integer) as points_share,
    cast(stated.points_lq as integer) as points_lq,
    -- More than half of the points come from absolute counts.
    2 * stated.points_count > stated.index_points as is_size_driven
from stated
left join
    {{ ref("index_band") }} as bands
    on stated.index_points between bands.points_from and bands.points_to
    and stated.year between bands.valid_from_year and bands.valid_to_year
