-- One row per municipality, year and variant of the re-draw
select
    stability.municipality_code,
    territory.municipality_name,
    stability.year,
    stability.variant,
    variants.is_headline as is_headline_variant,
    variants.label_cs as variant_cs,
    variants.label_en as variant_en,
    stability.headline_band,
    headline.headline_source,
    stability.draws,
    stability.draws_in_headline_band,
    stability.band_stability,
    stability.index_points_lower,
    stability.index_points_upper
from {{ ref("int_index_stability") }} as stability
inner join
    {{ ref("int_index_headline") }} as headline
    on stability.municipality_code = headline.municipality_code
    and stability.year = headline.year
inner join
    {{ ref("int_municipality_year") }} as territory
    on stability.municipality_code = territory.municipality_code
    and stability.year = territory.year
inner join {{ ref("index_stability_variant") }} as variants on stability.variant = variants.variant
