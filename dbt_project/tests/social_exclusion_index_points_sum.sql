{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "social_exclusion_index: the points of the inputs, and those by measure, sum to the index",
                "remedy": "Compare int_index_point with int_index_total for the municipality named here.",
            },
        }
    )
}}

select
    municipality_code,
    year,
    index_points,
    {% for indicator, share in index_inputs() %} {{ indicator }}_points, {% endfor %}
    points_count,
    points_share,
    points_lq
from {{ ref("social_exclusion_index") }}
where
    index_points is not null
    and (
        index_points <> points_count + points_share + points_lq
        or index_points <> {% for indicator, share in index_inputs() %}
            {{ indicator }}_points {% if not loop.last %} + {% endif %}
        {% endfor %}
        {% for indicator, share in index_inputs() %}
            or (
                {{ indicator }}_count_score is not null
                and {{ indicator }}_points
                <> {{ indicator }}_count_score
                + {{ indicator }}_share_score
                + {{ indicator }}_lq_score
            )
        {% endfor %}
    )
