-- One row per operation, basis of place, level of territory and territory: placed in it, or above
-- it
{% set levels = ["municipality", "orp", "district", "region", "country"] %}
{% for level in levels %}
    select
        shares.funding_period,
        shares.source_dataset,
        shares.source_edition,
        shares.project_number,
        shares.programme_code,
        shares.theme,
        shares.place_basis,
        shares.allocation_method,
        '{{ level }}' as territory_level,
        case
            when shares.place_level = '{{ level }}'
            then shares.place_code
            {% if level == "country" %}
                when shares.place_level = 'region' then regions.country_code
            {% endif %}
            {% if level != "municipality" %}
                when shares.place_level = 'municipality' then territory.{{ level }}_code
            {% endif %}
        end as territory_code,
        shares.place_level is not null as is_place_stated,
        shares.eligible_parts,
        shares.eu_parts
    from {{ ref("int_eu_operation_place") }} as shares
    left join
        {{ ref("int_current_municipality") }} as territory
        on shares.place_level = 'municipality'
        and shares.place_code = territory.municipality_code
    left join
        (
            select region_code, min(country_code) as country_code
            from {{ ref("int_current_municipality") }}
            group by region_code
        ) as regions
        on shares.place_level = 'region'
        and shares.place_code = regions.region_code
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
