{#- Rows in which one of the columns is empty: one query instead of one for each column. -#}
{% test never_empty(model, columns) %}
    select *
    from {{ model }}
    where
        {% for column in columns %}
            {{ column }} is null{% if not loop.last %} or {% endif %}
        {% endfor %}
{% endtest %}
