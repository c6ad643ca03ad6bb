-- One row per indicator and size class: how much counts vary from year to year, against
-- independent cases
-- The scale is that of the middle four fifths, so that a few places that really changed hardly move
-- it. With fewer than 30 pairs a class takes the scale of all sizes from ten cases on.
with
    classes as (
        select indicators.indicator_id, sizes.size_class
        from (select distinct indicator_id from {{ ref("int_linked_count") }}) as indicators
        cross join
            (
                {% for size in size_classes() %}
                    select {{ size }} as size_class
                    {% if not loop.last %}
                        union all
                    {% endif %}
                {% endfor %}
            ) as sizes
    ),

    scored as (
        select indicator_id, size_class, year_from, year_to, abs(change_score) as change_score
        from {{ ref("int_linked_count") }}
        where change_score is not null
    ),

    by_class as (
        select
            indicator_id,
            size_class,
            count(*) as pairs,
            quantile_disc(change_score, 0.8) as upper_fifth
        from scored
        group by indicator_id, size_class
    ),

    by_indicator as (
        select
            indicator_id,
            min(year_from) as year_from,
            max(year_to) as year_to,
            sum(case when size_class >= 10 then 1 else 0 end) as pairs,
            quantile_disc(case when size_class >= 10 then change_score end, 0.8) as upper_fifth
        from scored
        group by indicator_id
    ),

    scaled as (
        select
            classes.indicator_id,
            classes.size_class,
            by_indicator.year_from,
            by_indicator.year_to,
            coalesce(by_class.pairs, 0) as pairs,
            case
                when by_class.pairs >= 30
                then 'size_class'
                when by_indicator.pairs >= 30
                then 'all_sizes'
                else 'too_few_pairs'
            end as basis,
            pow(
                case
                    when by_class.pairs >= 30
                    then by_class.upper_fifth
                    when by_indicator.pairs >= 30
                    then by_indicator.upper_fifth
                end
                / main.normal_quantile(0.9),
                2
            ) as dispersion
        from classes
        inner join by_indicator on classes.indicator_id = by_indicator.indicator_id
        left join
            by_class
            on classes.indicator_id = by_class.indicator_id
            and classes.size_class = by_class.size_class
    )

select
    scaled.indicator_id,
    scaled.size_class,
    scaled.year_from,
    scaled.year_to,
    scaled.pairs,
    scaled.basis,
    scaled.dispersion,
    count(scored.change_score) as pairs_beyond_limit
from scaled
left join
    scored
    on scaled.indicator_id = scored.indicator_id
    and scaled.size_class = scored.size_class
    and scored.change_score
    > main.normal_quantile({{ var("change_level") }}) * sqrt(scaled.dispersion)
group by
    scaled.indicator_id,
    scaled.size_class,
    scaled.year_from,
    scaled.year_to,
    scaled.pairs,
    scaled.basis,
    scaled.dispersion
