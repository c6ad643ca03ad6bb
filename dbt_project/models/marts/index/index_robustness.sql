-- One row per year and variant of the rule
with
    -- Twice the mid-rank: 2 * (units below) + units with the same score + 1.
    ranked as (
        select
            *,
            2 * rank() over (partition by year, variant order by score)
            - 1
            + count(*) over (partition by year, variant, score) as twice_rank
        from {{ ref("int_index_variant") }}
    ),

    based as (
        select base.municipality_code, base.year, base.twice_rank, bands.points_from
        from ranked as base
        inner join
            {{ ref("index_band") }} as bands
            on base.score between bands.points_from and bands.points_to
            and base.year between bands.valid_from_year and bands.valid_to_year
        where base.variant = 'base'
    ),

    -- How many units lie in a band and below it.
    cumulated as (
        select year, points_from, sum(units) over (partition by year order by points_from) as units
        from
            (
                select year, points_from, count(*) as units from based group by year, points_from
            ) as sizes
    ),

    -- A variant's bands are of the same sizes; units with one score stay together, by their
    -- mid-rank.
    banded as (
        select
            ranked.municipality_code,
            ranked.year,
            ranked.variant,
            ranked.twice_rank,
            min(cumulated.points_from) as points_from
        from ranked
        inner join
            cumulated
            on ranked.year = cumulated.year
            and ranked.twice_rank <= 2 * cumulated.units + 1
        group by ranked.municipality_code, ranked.year, ranked.variant, ranked.twice_rank
    ),

    compared as (
        select
            banded.year,
            banded.variant,
            count(*) as units,
            sum(
                case when banded.points_from > based.points_from then 1 else 0 end
            ) as units_in_higher_band,
            sum(
                case when banded.points_from < based.points_from then 1 else 0 end
            ) as units_in_lower_band,
            sum(cast(banded.twice_rank as hugeint) * cast(based.twice_rank as hugeint)) as products,
            sum(cast(banded.twice_rank as hugeint) * cast(banded.twice_rank as hugeint)) as squares,
            sum(
                cast(based.twice_rank as hugeint) * cast(based.twice_rank as hugeint)
            ) as base_squares,
            sum(banded.twice_rank) as ranks,
            sum(based.twice_rank) as base_ranks
        from banded
        inner join
            based on banded.municipality_code = based.municipality_code and banded.year = based.year
        where banded.variant <> 'base'
        group by banded.year, banded.variant
    )

-- Spearman's correlation: Pearson's of the mid-ranks; whole numbers up to the last division.
select
    year,
    variant,
    cast(units as integer) as units,
    cast(units * products - ranks * base_ranks as double) / nullif(
        sqrt(
            cast(units * squares - ranks * ranks as double)
            * cast(units * base_squares - base_ranks * base_ranks as double)
        ),
        0
    ) as rank_correlation,
    cast(units_in_higher_band + units_in_lower_band as integer) as units_in_other_band,
    cast(units_in_higher_band as integer) as units_in_higher_band,
    cast(units_in_lower_band as integer) as units_in_lower_band
from compared
