{#- Rows whose text is empty or only spaces. -#}
{% test not_blank(model, column_name) %}
    select * from {{ model }} where trim(coalesce({{ column_name }}, '')) = ''
{% endtest %}
