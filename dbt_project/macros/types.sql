{#- Dates as the sources write them: dd.mm.yyyy, dd.mm.yyyy hh:mm:ss, ISO. -#}
{% macro parse_date(column) -%} {{ return(adapter.dispatch("parse_date")(column)) }} {%- endmacro %}

{% macro default__parse_date(column) -%}
    cast(try_strptime({{ column }}, ['%d.%m.%Y', '%d.%m.%Y %H:%M:%S', '%Y-%m-%d']) as date)
{%- endmacro %}

{% macro spark__parse_date(column) -%}
    coalesce(
        try_to_date({{ column }}, 'd.M.yyyy'),
        try_to_date({{ column }}, 'd.M.yyyy HH:mm:ss'),
        try_to_date({{ column }}, 'yyyy-MM-dd')
    )
{%- endmacro %}

{#- The statistical office writes an open end as 09.09.9999. -#}
{% macro parse_open_end(column) -%}
    nullif({{ parse_date(column) }}, date '9999-09-09')
{%- endmacro %}

{#- The capital has no ORP and POÚ of its own in some files: 0, 0000, 00000 or X-X-X mean "not stated". -#}
{% macro stated_code(code, name) -%}
    case
        when replace({{ code }}, '0', '') = '' or {{ name }} = 'X-X-X' then null else {{ code }}
    end
{%- endmacro %}

{% macro stated_name(code, name) -%}
    case
        when replace({{ code }}, '0', '') = '' or {{ name }} = 'X-X-X' then null else {{ name }}
    end
{%- endmacro %}

{#-
    What two spellings of one name have in common. Three habits of the sources are no renaming:
    a former district added to tell namesakes apart, "VÚ" for "Vojenský újezd", spaces around hyphens.
-#}
{% macro name_key(name) -%}
    lower(
        regexp_replace(
            regexp_replace(
                regexp_replace(trim({{ name }}), ' +\(dříve [^)]*\)$', ''),
                '^VÚ ',
                'Vojenský újezd '
            ),
            ' *[-–] *',
            '-'
        )
    )
{%- endmacro %}

{#- Territorial changes take effect on 1 January by law: the first one after a date. -#}
{% macro first_january_after(date) -%}
    cast(concat(cast(year({{ date }}) + 1 as varchar), '-01-01') as date)
{%- endmacro %}

{% macro day_before(date) -%} {{ return(adapter.dispatch("day_before")(date)) }} {%- endmacro %}

{% macro default__day_before(date) -%} cast({{ date }} - interval 1 day as date) {%- endmacro %}

{% macro day_after(date) -%} {{ return(adapter.dispatch("day_after")(date)) }} {%- endmacro %}

{% macro default__day_after(date) -%} cast({{ date }} + interval 1 day as date) {%- endmacro %}

{#- Every output of the invented country says that it is one. -#}
{% macro world() -%} {{ return(env_var("AGIS_WORLD", "real")) }} {%- endmacro %}

{#- A number, or nothing where the contract declares what the text in its place means. -#}
{% macro number_or_null(column, type) -%}
    cast(case when {{ column }}__declared is null then {{ column }} end as {{ type }})
{%- endmacro %}

{#- The distance of two days, whichever is earlier. -#}
{% macro days_between(first, second) -%}
    {{ return(adapter.dispatch("days_between")(first, second)) }}
{%- endmacro %}

{% macro default__days_between(first, second) -%}
    abs(date_diff('day', {{ first }}, {{ second }}))
{%- endmacro %}

{% macro spark__days_between(first, second) -%}
    abs(datediff({{ second }}, {{ first }}))
{%- endmacro %}

{#-
    What two names have in common once case, accents, spaces and words such as "okres" are left away:
    letters and digits only. Distinct names can share it, so it never decides alone.
-#}
{% macro plain_name(name) -%}
    {%- set lowered -%}
        translate({{ name_key(name) }}, 'áčďéěíňóřšťúůýž', 'acdeeinorstuuyz')
    {%- endset -%}
    {%- set bare -%}
        regexp_replace(regexp_replace({{ lowered }}, '^(hlavni mesto|kraj|okres) +', ''), ' +kraj$', '')
    {%- endset -%}
    {{ return(adapter.dispatch("letters_and_digits")(bare)) }}
{%- endmacro %}

{% macro default__letters_and_digits(text) -%}
    regexp_replace({{ text }}, '[^a-z0-9]', '', 'g')
{%- endmacro %}

{% macro spark__letters_and_digits(text) -%}
    regexp_replace({{ text }}, '[^a-z0-9]', '')
{%- endmacro %}

{#- The texts of a group in one, in order. -#}
{% macro joined_texts(text) -%} {{ return(adapter.dispatch("joined_texts")(text)) }} {%- endmacro %}

{% macro default__joined_texts(text) -%}
    string_agg({{ text }}, '; ' order by {{ text }})
{%- endmacro %}

{% macro spark__joined_texts(text) -%}
    array_join(sort_array(collect_list({{ text }})), '; ')
{%- endmacro %}
