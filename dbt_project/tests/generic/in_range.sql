{#- Rows whose value lies outside the closed range; empty values are another test's business. -#}
{% test in_range(model, column_name, min_value, max_value) %}
    select *
    from {{ model }}
    where {{ column_name }} < {{ min_value }} or {{ column_name }} > {{ max_value }}
{% endtest %}
