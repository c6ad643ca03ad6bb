{#- Layers are schemas with plain names (staging, core, marts, seeds), not prefixed by the target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
