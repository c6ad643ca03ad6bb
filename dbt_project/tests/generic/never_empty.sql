{#- Rows in which one of the columns is empty: one test for a table, where each column alone would cost one. -#}
{% test never_empty(model, columns) %}
    select *
    from {{ model }}
    where
        {% for column in columns %}
            {{ column }} is null{% if not loop.last %} or {% endif %}
        {% endfor %}
{% endtest %}
