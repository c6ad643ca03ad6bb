-- One row per municipality, year and variant of the re-draw: in which band the re-draws lie
with
    banded as (
        select
            simulated.municipality_code,
            simulated.year,
            simulated.variant,
            simulated.index_points,
            simulated.draws,
            bands.band,
            headline.headline_band,
            sum(simulated.draws) over (
                partition by simulated.municipality_code, simulated.year, simulated.variant
            ) as draws_of_all,
            sum(simulated.draws) over (
                partition by simulated.municipality_code, simulated.year, simulated.variant
                order by simulated.index_points
            ) as draws_up_to
        from {{ ref("int_index_simulation") }} as simulated
        inner join
            {{ ref("int_index_headline") }} as headline
            on simulated.municipality_code = headline.municipality_code
            and simulated.year = headline.year
        left join
            {{ ref("index_band") }} as bands
            on simulated.index_points between bands.points_from and bands.points_to
            and simulated.year between bands.valid_from_year and bands.valid_to_year
    )

-- The limits leave one draw in twenty below and one in twenty above.
select
    municipality_code,
    year,
    variant,
    headline_band,
    cast(sum(draws) as integer) as draws,
    cast(
        sum(case when band = headline_band then draws else 0 end) as integer
    ) as draws_in_headline_band,
    case
        when headline_band is not null
        then
            cast(sum(case when band = headline_band then draws else 0 end) as double)
            / cast(sum(draws) as integer)
    end as band_stability,
    min(case when 20 * draws_up_to >= draws_of_all then index_points end) as index_points_lower,
    min(case when 20 * draws_up_to >= 19 * draws_of_all then index_points end) as index_points_upper
from banded
group by municipality_code, year, variant, headline_band
