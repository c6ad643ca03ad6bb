{#- Rows in which a column holds a value that is not declared for it; an empty one is not judged. -#}
{% test declared_values(model, declared) %}
    select *
    from {{ model }}
    where
        {% for column, values in declared.items() %}
            {{ column }} not in ('{{ values | join("', '") }}'){% if not loop.last %} or {% endif %}
        {% endfor %}
{% endtest %}
