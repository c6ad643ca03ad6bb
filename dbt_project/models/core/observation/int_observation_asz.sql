-- One row per municipality, indicator and year of the index workbook
with
    source as (select * from {{ ref("stg_asz__social_exclusion_index") }}),

    -- Numerators are integers in parts of the unit (twelfths for monthly means), so that sums are
    -- exact.
    observed as (
        {% for indicator, parts, parts_per_unit, base in [
            ("distraint", "distraint_count", 1, "population_15plus"),
            (
                "housing_allowance",
                "housing_allowance_count_twelfths",
                12,
                "population_15plus",
            ),
            (
                "subsistence_allowance",
                "subsistence_allowance_count_twelfths",
                12,
                "population_15plus",
            ),
            ("long_term_jobseekers", "long_term_jobseekers_count", 1, "population_15_64"),
            ("early_leavers", "early_leavers_count", 1, "early_leavers_base"),
            ("population_15plus", "population_15plus", 1, "null"),
            ("population_15_64", "population_15_64", 1, "null"),
        ] %}
            select
                municipality_code,
                municipality_name,
                '{{ indicator }}' as indicator_id,
                year,
                reference_date,
                edition as source_edition,
                {{ parts }} as numerator_parts,
                {{ parts_per_unit }} as parts_per_unit,
                cast({{ base }} as bigint) as denominator,
                {% if base == "null" %} false
                {% else %} true
                {% endif %} as has_denominator,
                {% if indicator == "early_leavers" %} early_leavers_status = 'no_school'
                {% else %} false
                {% endif %} as is_no_school
            from source
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    municipality_code,
    municipality_name,
    cast(null as varchar) as country_code,
    indicator_id,
    concat('asz__social_exclusion_index/', indicator_id) as series_id,
    cast(year as varchar) as period,
    year,
    reference_date,
    'asz__social_exclusion_index' as source_dataset,
    source_edition,
    numerator_parts,
    parts_per_unit,
    denominator,
    case
        when is_no_school
        then 'no_school'
        when numerator_parts is null or (has_denominator and denominator is null)
        then 'missing'
        else 'observed'
    end as observation_status
from observed
