-- One row per municipality, year, index input and measure (count, share, LQ)
with
    measured as (
        {% for measure, column in [
            ("count", "count_value"),
            ("share", "share_value"),
            ("lq", "isv_lq"),
        ] %}
            select
                scores.municipality_code,
                scores.year,
                scores.indicator_id,
                '{{ measure }}' as measure,
                scores.score_status,
                scores.denominator,
                scores.{{ column }} as measured_value,
                scores.{{ measure }}_score as sub_score,
                rule.{{ measure }}_low as cut_off_low,
                rule.{{ measure }}_high as cut_off_high
            from {{ ref("int_index_score") }} as scores
            left join
                {{ ref("int_index_rule") }} as rule
                on scores.indicator_id = rule.indicator_id
                and scores.year = rule.year
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    stated as (
        select
            *,
            case
                when score_status <> 'scored'
                then score_status
                when denominator = 0
                then 'base_zero'
                when measured_value is null
                then 'reference_zero'
            end as distance_reason
        from measured
    )

-- The sub-score rises at the lower cut-off and above the upper one, and falls below the lower one
-- and at the upper one.
select
    stated.municipality_code,
    territory.municipality_name,
    stated.year,
    stated.indicator_id,
    stated.measure,
    case
        stated.measure
        when 'count'
        then catalogue.numerator_unit
        when 'share'
        then catalogue.unit
        else 'ratio'
    end as unit,
    stated.measured_value,
    stated.cut_off_low,
    stated.cut_off_high,
    cast(stated.sub_score as integer) as sub_score,
    case
        when stated.distance_reason is not null
        then null
        when stated.sub_score = 0
        then stated.cut_off_low - stated.measured_value
        when stated.sub_score = 1
        then stated.cut_off_high - stated.measured_value
    end as distance_to_higher,
    case
        when stated.distance_reason is not null
        then null
        when stated.sub_score = 1
        then stated.measured_value - stated.cut_off_low
        when stated.sub_score = 2
        then stated.measured_value - stated.cut_off_high
    end as distance_to_lower,
    stated.distance_reason
from stated
inner join
    {{ ref("int_municipality_year") }} as territory
    on stated.municipality_code = territory.municipality_code
    and stated.year = territory.year
inner join
    {{ ref("indicator_catalogue") }} as catalogue on stated.indicator_id = catalogue.indicator_id
