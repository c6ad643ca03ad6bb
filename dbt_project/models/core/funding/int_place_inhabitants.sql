-- One row per territory of today: level, code and inhabitants
{% for level in ["municipality", "orp", "district", "region", "country"] %}
    select
        '{{ level }}' as territory_level,
        {{ level }}_code as territory_code,
        cast(sum(inhabitants) as bigint) as inhabitants,
        max(inhabitants_id) as inhabitants_id,
        max(inhabitants_date) as inhabitants_date
    from {{ ref("int_current_municipality") }}
    where {{ level }}_code is not null
    group by {{ level }}_code
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
