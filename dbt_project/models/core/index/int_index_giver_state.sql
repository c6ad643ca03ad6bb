-- One row per municipality with figures of its own, index input and year: what its points are
-- made of
select
    scores.municipality_code,
    scores.indicator_id,
    scores.year,
    scores.numerator_parts,
    scores.parts_per_unit,
    scores.denominator,
    rule.region_weight,
    rule.country_weight,
    region.numerator_parts as region_parts,
    region.denominator as region_base,
    country.numerator_parts as country_parts,
    country.denominator as country_base
from {{ ref("int_index_score") }} as scores
inner join
    {{ ref("int_municipality_year") }} as territory
    on scores.municipality_code = territory.municipality_code
    and scores.year = territory.year
inner join
    {{ ref("int_index_rule") }} as rule
    on scores.indicator_id = rule.indicator_id
    and scores.year = rule.year
inner join
    {{ ref("int_index_area_total") }} as region
    on region.area_level = 'region'
    and territory.region_code = region.area_code
    and scores.indicator_id = region.indicator_id
    and scores.year = region.year
inner join
    {{ ref("int_index_area_total") }} as country
    on country.area_level = 'country'
    and territory.country_code = country.area_code
    and scores.indicator_id = country.indicator_id
    and scores.year = country.year
where scores.score_status = 'scored'
