-- One row per indicator and size class of its counts
select
    dispersions.indicator_id,
    cast(dispersions.size_class as integer) as cases_of_two_years_from,
    cast(dispersions.year_from as integer) as year_from,
    cast(dispersions.year_to as integer) as year_to,
    cast(dispersions.pairs as integer) as pairs,
    cast(dispersions.pairs_beyond_limit as integer) as pairs_beyond_limit,
    dispersions.dispersion,
    dispersions.basis
from {{ ref("int_count_dispersion") }} as dispersions
