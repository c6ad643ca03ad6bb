-- One row per municipality and year: the band that is published as the headline
-- Where the Agency published a band, it is the headline; else the band of the reconstruction.
select
    totals.municipality_code,
    totals.year,
    coalesce(published.index_points, totals.index_points) as headline_points,
    coalesce(published.band, totals.band) as headline_band,
    case
        when published.band is not null
        then 'published'
        when totals.band is not null
        then 'reconstruction'
    end as headline_source
from {{ ref("int_index_total") }} as totals
inner join
    {{ ref("stg_asz__social_exclusion_index") }} as published
    on totals.municipality_code = published.municipality_code
    and totals.year = published.year
