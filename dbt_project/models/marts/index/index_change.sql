-- One row per municipality, index input and index year that follows another
select
    changes.municipality_code,
    territory.municipality_name,
    changes.indicator_id,
    changes.year_from,
    changes.year_to,
    cast(changes.parts_from as double) / changes.parts_per_unit as count_from,
    cast(changes.parts_to as double) / changes.parts_per_unit as count_to,
    cast(changes.parts_to - changes.parts_from as double) / changes.parts_per_unit as count_change,
    changes.base_from,
    changes.base_to,
    cast(changes.points_from as integer) as points_from,
    cast(changes.points_to as integer) as points_to,
    cast(changes.points_to - changes.points_from as integer) as points_change,
    changes.change_score,
    changes.against_country_score,
    changes.dispersion,
    changes.dispersion_basis,
    {% for score, label in [
        ("change_score", "change_label"),
        ("against_country_score", "against_country_label"),
    ] %}
        case
            when changes.label_reason is not null
            then 'not_assessable'
            when
                abs(changes.{{ score }})
                > main.normal_quantile({{ var("change_level") }}) * sqrt(changes.dispersion)
            then 'clear'
            else 'within_usual_variation'
        end as {{ label }},
    {% endfor %}
    changes.label_reason
from {{ ref("int_index_change") }} as changes
inner join
    {{ ref("int_municipality_year") }} as territory
    on changes.municipality_code = territory.municipality_code
    and changes.year_to = territory.year
