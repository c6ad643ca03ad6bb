{#- The five inputs of the index in the order of its workbook: identifier, name of the share's column. -#}
{% macro index_inputs() %}
    {{
        return(
            [
                ("distraint", "share_pct"),
                ("housing_allowance", "per_100"),
                ("subsistence_allowance", "per_100"),
                ("long_term_jobseekers", "share_pct"),
                ("early_leavers", "share_pct"),
            ]
        )
    }}
{% endmacro %}

{#- The bands' identifiers, as in the seed index_band and in column names. -#}
{% macro index_band_ids() %} {{ return(["0_1", "2_7", "8_11", "12_30"]) }} {% endmacro %}

{#- 0 below the lower cut-off, 1 from the lower to the upper inclusive, 2 above; no value scores 0. -#}
{% macro sub_score(value, low, high) -%}
    case
        when {{ low }} is null or {{ high }} is null
        then null
        when {{ value }} > {{ high }}
        then 2
        when {{ value }} >= {{ low }}
        then 1
        else 0
    end
{%- endmacro %}

{#- An exact share: integers added before, one division last. -#}
{% macro ratio(parts, parts_per_unit, base, multiplier) -%}
    cast({{ multiplier }} as double)
    * {{ parts }}
    / nullif(cast({{ parts_per_unit }} as double) * {{ base }}, 0)
{%- endmacro %}

{#- The value of an observation: a count is its own value, a given value the source's, else a ratio. -#}
{% macro indicator_figure(figures, catalogue) -%}
    case
        {{ catalogue }}.value_kind
        when 'given'
        then {{ figures }}.given_value
        when 'count'
        then cast({{ figures }}.numerator_parts as double) / {{ figures }}.parts_per_unit
        else
            {{
                ratio(
                    figures ~ ".numerator_parts",
                    figures ~ ".parts_per_unit",
                    figures ~ ".denominator",
                    catalogue ~ ".multiplier",
                )
            }}
    end
{%- endmacro %}
