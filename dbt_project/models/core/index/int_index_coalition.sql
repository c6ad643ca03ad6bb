-- One row per municipality, index input, index year that follows another, and set of factors that
-- take the later year's state: the points that these would give
{% set factors = ["count", "base", "reference", "parameters", "donor"] %}
{% set state = [
    "numerator_parts",
    "denominator",
    "region_parts",
    "region_base",
    "country_parts",
    "country_base",
] %}
with
    states as (select * from {{ ref("int_index_giver_state") }}),

    -- The figures of both givers in both years. Where a giver has none in the other year, its own
    -- year's stand for both, so that all of the difference is the donor's.
    wide as (
        select
            pairs.municipality_code,
            pairs.indicator_id,
            pairs.year_from,
            pairs.year_to,
            catalogue.multiplier,
            catalogue.parts_per_unit,
            {% for donor in [0, 1] %}
                {% for later in [0, 1] %}
                    {% for column in state %}
                        coalesce(
                            giver_{{ donor }}{{ later }}.{{ column }},
                            giver_{{ donor }}{{ donor }}.{{ column }}
                        ) as {{ column }}_{{ donor }}{{ later }},
                    {% endfor %}
                {% endfor %}
            {% endfor %}
            {% for later in [0, 1] %}
                {% for column in ["region_weight", "country_weight"] %}
                    rule_{{ later }}.{{ column }} as {{ column }}_{{ later }},
                {% endfor %}
                {% for measure in ["count", "share", "lq"] %}
                    rule_{{ later }}.{{ measure }}_low as {{ measure }}_low_{{ later }},
                    rule_{{ later }}.{{ measure }}_high as {{ measure }}_high_{{ later }},
                {% endfor %}
            {% endfor %}
            pairs.points_from,
            pairs.points_to
        from {{ ref("int_index_pair") }} as pairs
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on pairs.indicator_id = catalogue.indicator_id
        {% for donor, code in [(0, "donor_from_code"), (1, "donor_to_code")] %}
            {% for later, year in [(0, "year_from"), (1, "year_to")] %}
                    {{ "inner" if donor == later else "left" }}
                join
                    states as giver_{{ donor }}{{ later }}
                    on pairs.{{ code }} = giver_{{ donor }}{{ later }}.municipality_code
                    and pairs.indicator_id = giver_{{ donor }}{{ later }}.indicator_id
                    and pairs.{{ year }} = giver_{{ donor }}{{ later }}.year
            {% endfor %}
        {% endfor %}
        {% for later, year in [(0, "year_from"), (1, "year_to")] %}
            inner join
                {{ ref("int_index_rule") }} as rule_{{ later }}
                on pairs.indicator_id = rule_{{ later }}.indicator_id
                and pairs.{{ year }} = rule_{{ later }}.year
        {% endfor %}
        where pairs.points_from is not null and pairs.points_to is not null
    ),

    sets as (
        {% for set in range(32) %}
            select
                {% for factor in factors %}
                    {{ "true" if (set // 2**loop.index0) % 2 else "false" }} as has_{{ factor }},
                {% endfor %}
                {{ (set % 2) + (set // 2) % 2 + (set // 4) % 2 + (set // 8) % 2 + (set // 16) }}
                as factors
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    taken as (
        select
            wide.municipality_code,
            wide.indicator_id,
            wide.year_from,
            wide.year_to,
            wide.points_from,
            wide.points_to,
            wide.multiplier,
            wide.parts_per_unit,
            sets.factors,
            {% for factor in factors %} sets.has_{{ factor }}, {% endfor %}
            {{ chosen_figure("numerator_parts", "count") }} as numerator_parts,
            {{ chosen_figure("denominator", "base") }} as denominator,
            {% for column in state[2:] %}
                {{ chosen_figure(column, "reference") }} as {{ column }},
            {% endfor %}
            {% for column in [
                "region_weight",
                "country_weight",
                "count_low",
                "count_high",
                "share_low",
                "share_high",
                "lq_low",
                "lq_high",
            ] %}
                case
                    when sets.has_parameters then wide.{{ column }}_1 else wide.{{ column }}_0
                end as {{ column }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from wide
        cross join sets
    ),

    measured as (
        select
            *,
            cast(numerator_parts as double) / parts_per_unit as count_value,
            {{ ratio("numerator_parts", "parts_per_unit", "denominator", "multiplier") }}
            as share_value,
            main.isv_lq_weighted(
                numerator_parts,
                denominator,
                region_parts,
                region_base,
                country_parts,
                country_base,
                region_weight,
                country_weight
            ) as isv_lq
        from taken
    )

select
    municipality_code,
    indicator_id,
    year_from,
    year_to,
    points_from,
    points_to,
    factors,
    {% for factor in factors %} has_{{ factor }}, {% endfor %}
    case
        when denominator = 0
        then 0
        else
            {{ sub_score("count_value", "count_low", "count_high") }}
            + {{ sub_score("share_value", "share_low", "share_high") }}
            + {{ sub_score("isv_lq", "lq_low", "lq_high") }}
    end as points
from measured
