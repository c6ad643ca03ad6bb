-- One row per municipality, index input and index year that follows another: how its own count
-- changed
with
    counted as (
        select
            pairs.municipality_code,
            pairs.indicator_id,
            pairs.year_from,
            pairs.year_to,
            pairs.points_from,
            pairs.points_to,
            pairs.is_territory_changed,
            pairs.is_numerator_broken or pairs.is_denominator_broken as is_break_crossed,
            later.parts_per_unit,
            earlier.numerator_parts as parts_from,
            later.numerator_parts as parts_to,
            earlier.denominator as base_from,
            later.denominator as base_to,
            earlier.observation_status = 'observed'
            and later.observation_status = 'observed' as is_counted
        from {{ ref("int_index_pair") }} as pairs
        inner join
            {{ ref("int_observation_asz") }} as earlier
            on pairs.municipality_code = earlier.municipality_code
            and pairs.indicator_id = earlier.indicator_id
            and pairs.year_from = earlier.year
        inner join
            {{ ref("int_observation_asz") }} as later
            on pairs.municipality_code = later.municipality_code
            and pairs.indicator_id = later.indicator_id
            and pairs.year_to = later.year
    ),

    national as (
        select
            indicator_id,
            year_to,
            sum(parts_from) as parts_from,
            sum(parts_to) as parts_to,
            sum(base_from) as base_from,
            sum(base_to) as base_to
        from counted
        where is_counted
        group by indicator_id, year_to
    ),

    scored as (
        select
            counted.*,
            {{ size_class("counted.parts_from + counted.parts_to", "counted.parts_per_unit") }}
            as size_class,
            {% for name, base_to in [
                ("change_score", "cast(counted.base_to as double)"),
                ("against_country_score", movement("national", "counted.base_to")),
            ] %}
                case
                    when counted.is_counted and counted.base_from > 0 and counted.base_to > 0
                    then
                        {{
                            change_score(
                                "counted.parts_from",
                                "counted.parts_to",
                                "counted.parts_per_unit",
                                "cast(counted.base_from as double)",
                                base_to,
                            )
                        }}
                end as {{ name }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from counted
        left join
            national
            on counted.indicator_id = national.indicator_id
            and counted.year_to = national.year_to
    )

select
    scored.*,
    dispersions.dispersion,
    dispersions.basis as dispersion_basis,
    case
        when not scored.is_counted
        then 'no_count'
        when scored.base_from = 0 or scored.base_to = 0
        then 'base_zero'
        when scored.is_break_crossed
        then 'series_break'
        when scored.is_territory_changed
        then 'territory_changed'
        when scored.year_to > scored.year_from + 1
        then 'years_missing'
        when dispersions.dispersion is null
        then 'no_dispersion'
        when
            scored.parts_from + scored.parts_to
            < {{ var("change_fewest_cases") }} * scored.parts_per_unit
        then 'few_cases'
    end as label_reason
from scored
left join
    {{ ref("int_count_dispersion") }} as dispersions
    on scored.indicator_id = dispersions.indicator_id
    and scored.size_class = dispersions.size_class
