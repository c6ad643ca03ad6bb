-- One row per municipality that has an index, year and variant of the rule: the score, whole
-- numbers
with
    inputs as (select * from {{ ref("int_index_input") }}),

    -- Twice the mid-rank, so that ties share a whole number.
    ranked as (
        select
            *,
            2 * rank() over (partition by indicator_id, year order by share_billionths)
            - 1
            + count(*) over (partition by indicator_id, year, share_billionths) as twice_rank
        from inputs
    ),

    spread as (
        select
            indicator_id,
            year,
            count(*) as units,
            sum(share_billionths) as total,
            sum(
                cast(share_billionths as hugeint) * cast(share_billionths as hugeint)
            ) as total_of_squares
        from inputs
        group by indicator_id, year
    ),

    -- Thousandths of a standard deviation.
    standardised as (
        select
            inputs.municipality_code,
            inputs.year,
            cast(
                round(
                    1000
                    * (inputs.share_billionths - cast(spread.total as double) / spread.units)
                    / nullif(
                        sqrt(
                            cast(
                                spread.units * spread.total_of_squares
                                - spread.total * spread.total as double
                            )
                        )
                        / spread.units,
                        0
                    )
                ) as bigint
            ) as z_thousandths
        from inputs
        inner join spread on inputs.indicator_id = spread.indicator_id and inputs.year = spread.year
    )

select municipality_code, year, 'base' as variant, cast(sum(points) as bigint) as score
from inputs
group by municipality_code, year
{% for indicator, share in index_inputs() %}
    union all
    select municipality_code, year, 'without_{{ indicator }}', cast(sum(points) as bigint)
    from inputs
    where indicator_id <> '{{ indicator }}'
    group by municipality_code, year
{% endfor %}
union all
select municipality_code, year, 'without_counts', cast(sum(points_share + points_lq) as bigint)
from inputs
group by municipality_code, year
union all
select
    municipality_code,
    year,
    'national_reference',
    cast(sum(points_count + points_share + points_lq_country) as bigint)
from inputs
group by municipality_code, year
union all
select municipality_code, year, 'rank_based', cast(sum(twice_rank) as bigint)
from ranked
group by municipality_code, year
union all
select municipality_code, year, 'z_score', cast(sum(coalesce(z_thousandths, 0)) as bigint)
from standardised
group by municipality_code, year
