-- One row per municipality and municipality within 20 km of it, itself included, as the crow flies
{% set reach_m = 20000 %}
with
    -- Squares as wide as the reach: what is near lies in the same square or in one beside it.
    placed as (
        select
            municipality_code,
            x_m,
            y_m,
            cast(floor(x_m / {{ reach_m }}) as integer) as square_x,
            cast(floor(y_m / {{ reach_m }}) as integer) as square_y
        from {{ ref("int_current_municipality") }}
        where x_m is not null
    ),

    around as (
        select
            placed.*, placed.square_x + east.step as near_x, placed.square_y + north.step as near_y
        from placed
        cross join (values (-1), (0), (1)) as east(step)
        cross join (values (-1), (0), (1)) as north(step)
    ),

    pairs as (
        select
            around.municipality_code,
            near.municipality_code as nearby_code,
            sqrt(
                (around.x_m - near.x_m) * (around.x_m - near.x_m)
                + (around.y_m - near.y_m) * (around.y_m - near.y_m)
            ) as distance_m
        from around
        inner join placed as near on around.near_x = near.square_x and around.near_y = near.square_y
    )

select municipality_code, nearby_code, distance_m
from pairs
where distance_m <= {{ reach_m }}
