-- One row per dataset, edition and name of a territory as a source spells it, with its stated areas
select
    source_dataset,
    source_edition,
    territory_level,
    source_name,
    stated_district,
    stated_region,
    stated_code,
    territory_code,
    territory_name,
    match_class,
    confidence,
    similarity,
    candidates
from {{ ref("int_name_match") }}
