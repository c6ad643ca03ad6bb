{#- The sizes within which counts are taken to vary alike: lowest sum of the counts of two years. -#}
{% macro size_classes() %} {{ return([0, 10, 20, 50, 100, 200, 500, 1000]) }} {% endmacro %}

{#- The size class of the counts of two years, as the lowest sum of both that belongs to it. -#}
{% macro size_class(parts, parts_per_unit) -%}
    case
        {%- for size in size_classes() | reverse %}
            when {{ parts }} >= {{ size }} * {{ parts_per_unit }} then {{ size }}
        {%- endfor %}
    end
{%- endmacro %}

{#- The base of the later year, times the factor by which the country's share has moved. -#}
{% macro movement(national, base_to) -%}
    (
        {{ base_to }}
        * (cast({{ national }}.parts_to as double) * {{ national }}.base_from)
        / nullif(cast({{ national }}.parts_from as double) * {{ national }}.base_to, 0)
    )
{%- endmacro %}

{#-
    How far two counts lie from what one level would give, in standard deviations of independent
    cases: given their sum, the later one is binomial.
-#}
{% macro change_score(parts_from, parts_to, parts_per_unit, base_from, base_to) -%}
    (
        {{ parts_to }}
        - ({{ parts_from }} + {{ parts_to }}) * {{ base_to }} / ({{ base_from }} + {{ base_to }})
    ) / nullif(
        sqrt(
            cast({{ parts_per_unit }} as double)
            * ({{ parts_from }} + {{ parts_to }})
            * {{ base_from }}
            * {{ base_to }}
        )
        / ({{ base_from }} + {{ base_to }}),
        0
    )
{%- endmacro %}
