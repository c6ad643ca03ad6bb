-- One row per municipality or cadastral area, size category of flats and edition of the rent map
-- The code is that of the cadastral area where one is named, else that of the municipality.
{% for size in [1, 2, 3, 4] %}
    select
        _edition as edition,
        {{ parse_date("_reference_date") }} as reference_date,
        case when cadastral_area_name is null then territory_code end as municipality_code,
        municipality_name,
        case when cadastral_area_name is not null then territory_code end as cadastral_area_code,
        cadastral_area_name,
        'vk{{ size }}' as size_category,
        {% for measure in ["reference", "lower", "upper", "new_build", "min", "max", "median"] %}
            cast(vk{{ size }}_rent_{{ measure }}_czk_m2 as integer) as rent_{{ measure }}_czk_m2,
        {% endfor %}
        cast(vk{{ size }}_coverage as integer) as coverage
    from {{ source("raw", "mf__rent_map") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
