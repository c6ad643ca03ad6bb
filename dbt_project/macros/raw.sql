{#- The raw table of a dataset that `_sources.yml` does not name: for models that are tried out. -#}
{% macro raw(dataset) -%}
    read_parquet('inputs/{{ dataset }}/*.parquet', union_by_name = true)
{%- endmacro %}
