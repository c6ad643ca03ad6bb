-- One row per indicator and version of its definition
select
    catalogue.indicator_id,
    cast(catalogue.version as integer) as version,
    catalogue.theme,
    catalogue.name_cs,
    catalogue.name_en,
    catalogue.definition_cs,
    catalogue.definition_en,
    catalogue.numerator_cs,
    catalogue.numerator_en,
    catalogue.numerator_unit,
    catalogue.value_kind,
    catalogue.denominator_cs,
    catalogue.denominator_en,
    cast(catalogue.multiplier as integer) as multiplier,
    catalogue.unit,
    catalogue.is_proportion,
    catalogue.is_index_input,
    catalogue.interval_method,
    catalogue.polarity,
    cast(relevance.minimum_numerator as integer) as minimum_numerator,
    cast(relevance.minimum_relevant_difference as double) as minimum_relevant_difference,
    catalogue.caveats_cs,
    catalogue.caveats_en,
    catalogue.source_datasets,
    catalogue.valid_from,
    catalogue.valid_to
from {{ ref("indicator_catalogue") }} as catalogue
left join
    {{ ref("indicator_relevance") }} as relevance on catalogue.indicator_id = relevance.indicator_id
