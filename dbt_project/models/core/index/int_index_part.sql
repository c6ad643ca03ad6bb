-- One row per municipality, index input, index year that follows another, and factor: its part of
-- the difference in points, in 120ths
-- Each factor's mean effect over all orders in which the five could change, one after the other.
-- Of the 5! = 120 orders, |S|! (4 - |S|)! put just the set S before a factor; so parts are whole
-- 120ths, and they sum to the difference exactly.
{% set weights = [24, 6, 4, 6, 24] %}
{% for factor in ["count", "base", "reference", "parameters", "donor"] %}
    select
        municipality_code,
        indicator_id,
        year_from,
        year_to,
        '{{ factor }}' as factor,
        cast(
            sum(
                points * case
                    when has_{{ factor }}
                    then
                        case
                            factors
                            {% for weight in weights %}
                                when {{ loop.index }} then {{ weight }}
                            {% endfor %}
                        end
                    else
                        case
                            factors
                            {% for weight in weights %}
                                when {{ loop.index0 }} then -{{ weight }}
                            {% endfor %}
                        end
                end
            ) as integer
        ) as points_120ths
    from {{ ref("int_index_coalition") }}
    group by municipality_code, indicator_id, year_from, year_to
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
