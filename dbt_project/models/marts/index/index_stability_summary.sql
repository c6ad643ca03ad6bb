-- One row per year, variant of the re-draw and headline band
select
    stability.year,
    stability.variant,
    variants.is_headline as is_headline_variant,
    variants.label_cs as variant_cs,
    variants.label_en as variant_en,
    variants.prior_cases,
    variants.dispersion,
    variants.is_donor_redrawn,
    bands.points_from as band_from,
    stability.headline_band,
    cast(count(*) as integer) as units,
    cast(
        sum(
            case when 5 * stability.draws_in_headline_band < 4 * stability.draws then 1 else 0 end
        ) as integer
    ) as units_under_80_pct,
    cast(
        sum(
            case when 2 * stability.draws_in_headline_band < stability.draws then 1 else 0 end
        ) as integer
    ) as units_under_50_pct,
    cast(sum(stability.draws_in_headline_band) as double)
    / cast(sum(stability.draws) as bigint) as mean_band_stability
from {{ ref("int_index_stability") }} as stability
inner join {{ ref("index_stability_variant") }} as variants on stability.variant = variants.variant
inner join
    {{ ref("index_band") }} as bands
    on stability.headline_band = bands.band
    and stability.year between bands.valid_from_year and bands.valid_to_year
group by
    stability.year,
    stability.variant,
    variants.is_headline,
    variants.label_cs,
    variants.label_en,
    variants.prior_cases,
    variants.dispersion,
    variants.is_donor_redrawn,
    bands.points_from,
    stability.headline_band
