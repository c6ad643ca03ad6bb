-- One row per municipality and year of the Agency's index workbook
select
    _edition as edition,
    cast(_edition as integer) as year,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    municipality_status,
    cast(population_15plus as bigint) as population_15plus,
    cast(population_15_64 as bigint) as population_15_64,
    cast(distraint_count as bigint) as distraint_count,
    cast(distraint_share_pct as double) as distraint_share_pct,
    cast(distraint_isv_lq as double) as distraint_isv_lq,
    cast(housing_allowance_count as double) as housing_allowance_count,
    -- A mean of twelve months is an exact number of twelfths; sums are made of these integers.
    cast(
        round(12 * cast(housing_allowance_count as double)) as bigint
    ) as housing_allowance_count_twelfths,
    cast(housing_allowance_per_100 as double) as housing_allowance_per_100,
    cast(housing_allowance_isv_lq as double) as housing_allowance_isv_lq,
    cast(subsistence_allowance_count as double) as subsistence_allowance_count,
    cast(
        round(12 * cast(subsistence_allowance_count as double)) as bigint
    ) as subsistence_allowance_count_twelfths,
    cast(subsistence_allowance_per_100 as double) as subsistence_allowance_per_100,
    cast(subsistence_allowance_isv_lq as double) as subsistence_allowance_isv_lq,
    cast(long_term_jobseekers_count as bigint) as long_term_jobseekers_count,
    cast(long_term_jobseekers_share_pct as double) as long_term_jobseekers_share_pct,
    cast(long_term_jobseekers_isv_lq as double) as long_term_jobseekers_isv_lq,
    {{ number_or_null("early_leavers_count", "bigint") }} as early_leavers_count,
    {{ number_or_null("early_leavers_base", "bigint") }} as early_leavers_base,
    case
        when early_leavers_base__declared = 'no_school'
        then 'no_school'
        when {{ number_or_null("early_leavers_base", "bigint") }} = 0
        then 'no_leaving_pupils'
        when early_leavers_base is not null
        then 'own_school'
    end as early_leavers_status,
    {{ number_or_null("early_leavers_share_pct", "double") }} as early_leavers_share_pct,
    {{ number_or_null("early_leavers_isv_lq", "double") }} as early_leavers_isv_lq,
    cast(index_points as integer) as index_points,
    band
from {{ source("raw", "asz__social_exclusion_index") }}
