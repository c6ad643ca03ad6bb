-- One row per area and two days between which a municipality moved into or out of it
with
    days as (
        select distinct reference_date, previous_reference_date
        from {{ ref("int_leading_period") }}
        where previous_reference_date is not null
    ),

    pairs as (
        select
            days.reference_date,
            days.previous_reference_date,
            {% for level in ["pou", "orp", "district", "region"] %}
                previous.{{ level }}_code as previous_{{ level }}_code,
                present.{{ level }}_code as {{ level }}_code
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from days
        inner join
            {{ ref("int_municipality_interval") }} as present
            on present.valid_from <= days.reference_date
            and (present.valid_to is null or present.valid_to >= days.reference_date)
        inner join
            {{ ref("int_municipality_interval") }} as previous
            on present.municipality_code = previous.municipality_code
            and previous.valid_from <= days.previous_reference_date
            and (previous.valid_to is null or previous.valid_to >= days.previous_reference_date)
    )

{% for level in ["pou", "orp", "district", "region"] %}
    select
        '{{ level }}' as area_level,
        {{ level }}_code as area_code,
        reference_date,
        previous_reference_date
    from pairs
    where {{ level }}_code <> previous_{{ level }}_code
    union
    select
        '{{ level }}' as area_level,
        previous_{{ level }}_code as area_code,
        reference_date,
        previous_reference_date
    from pairs
    where {{ level }}_code <> previous_{{ level }}_code
    {% if not loop.last %}
        union
    {% endif %}
{% endfor %}
