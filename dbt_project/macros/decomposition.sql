{#- Of the figures of two givers in two years the one that a set of factors takes. -#}
{% macro chosen_figure(column, by) -%}
    case
        when sets.has_donor
        then case when sets.has_{{ by }} then wide.{{ column }}_11 else wide.{{ column }}_10 end
        else case when sets.has_{{ by }} then wide.{{ column }}_01 else wide.{{ column }}_00 end
    end
{%- endmacro %}
