-- One row per territory and two days between which its territory changed: a municipality moved into
-- or out of an area, or a municipality gave or received a part
with
    days as (
        select distinct reference_date, previous_reference_date
        from {{ ref("int_leading_period") }}
        where previous_reference_date is not null
    ),

    successions as (
        select
            days.reference_date,
            days.previous_reference_date,
            succession.predecessor_code,
            succession.successor_code
        from days
        inner join
            {{ ref("int_territory_succession") }} as succession
            on succession.effective_date > days.previous_reference_date
            and succession.effective_date <= days.reference_date
    ),

    -- The land of each municipality: before and after it lies in a municipality of the same code,
    -- or where a part changed hands in another.
    land as (
        select
            days.reference_date,
            days.previous_reference_date,
            territory.municipality_code as previous_code,
            territory.municipality_code as present_code
        from days
        inner join
            {{ ref("int_municipality_existence") }} as territory
            on territory.valid_from <= days.previous_reference_date
            and (territory.valid_to is null or territory.valid_to >= days.reference_date)
        union all
        select
            reference_date,
            previous_reference_date,
            predecessor_code as previous_code,
            successor_code as present_code
        from successions
    ),

    pairs as (
        select
            land.reference_date,
            land.previous_reference_date,
            {% for level in ["pou", "orp", "district", "region"] %}
                previous.{{ level }}_code as previous_{{ level }}_code,
                present.{{ level }}_code as {{ level }}_code
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from land
        inner join
            {{ ref("int_municipality_interval") }} as present
            on land.present_code = present.municipality_code
            and present.valid_from <= land.reference_date
            and (present.valid_to is null or present.valid_to >= land.reference_date)
        inner join
            {{ ref("int_municipality_interval") }} as previous
            on land.previous_code = previous.municipality_code
            and previous.valid_from <= land.previous_reference_date
            and (previous.valid_to is null or previous.valid_to >= land.previous_reference_date)
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
{% for side in ["predecessor", "successor"] %}
    union
    select
        'municipality' as area_level,
        {{ side }}_code as area_code,
        reference_date,
        previous_reference_date
    from successions
{% endfor %}
