-- One row per municipality and index input for which a source has a figure, of an earlier year
-- where one is complete
with
    municipalities as (select municipality_code from {{ ref("int_peer_municipality") }}),

    figures as (
        select figures.*
        from {{ ref("int_figure") }} as figures
        inner join
            {{ ref("int_leading_period") }} as leaders
            on figures.series_id = leaders.series_id
            and figures.indicator_id = leaders.indicator_id
            and figures.dimension = leaders.dimension
            and figures.period = leaders.period
        where
            figures.dimension = 'total'
            and figures.territory_level in ('municipality', 'country')
            and figures.observation_status in ('observed', 'estimated')
            and figures.denominator > 0
            and figures.numerator_parts is not null
            and figures.indicator_id in (
                {% for variable in peer_variables()["similar_need"] %}
                    '{{ variable }}'{% if not loop.last %},{% endif %}
                {% endfor %}
            )
    ),

    -- A municipality without a school has the figure of the one whose points the index lends it.
    placed as (
        select territory_code as municipality_code, figures.*
        from figures
        where territory_level = 'municipality'
        union all
        select nearest.municipality_code, figures.*
        from {{ ref("int_nearest_school") }} as nearest
        inner join
            figures
            on nearest.donor_code = figures.territory_code
            and figures.period = cast(nearest.year as varchar)
        where figures.territory_level = 'municipality' and figures.indicator_id = 'early_leavers'
    ),

    known as (
        select
            placed.indicator_id,
            placed.period,
            count(distinct placed.municipality_code) as municipalities,
            max(placed.period) over () as last_period
        from placed
        inner join municipalities on placed.municipality_code = municipalities.municipality_code
        group by placed.indicator_id, placed.period
    ),

    -- Peers by need are chosen by what was known before the figures that are compared; where no
    -- complete earlier year exists, by the latest, which peer_variable says.
    chosen as (
        select indicator_id, period, last_period
        from known
        qualify
            row_number() over (
                partition by indicator_id
                order by
                    case
                        when
                            period < last_period
                            and municipalities
                            >= {{ var("peer_complete_from") }}
                            * (select count(*) from municipalities)
                        then 1
                        else 2
                    end,
                    period desc
            )
            = 1
    )

select
    placed.municipality_code,
    placed.indicator_id as variable_id,
    -- Smoothed as if {{ var("peer_prior_base") }} more persons lived there at the national rate:
    -- one person in a hamlet of thirty says little of its need.
    sqrt(
        100 * (
            cast(placed.numerator_parts as double) / placed.parts_per_unit
            + {{ var("peer_prior_base") }}
            * (
                cast(national.numerator_parts as double)
                / national.parts_per_unit
                / national.denominator
            )
        )
        / (placed.denominator + {{ var("peer_prior_base") }})
    ) as value,
    placed.period,
    placed.source_dataset,
    chosen.period < chosen.last_period as is_lagged
from placed
inner join municipalities on placed.municipality_code = municipalities.municipality_code
inner join chosen on placed.indicator_id = chosen.indicator_id and placed.period = chosen.period
inner join
    figures as national
    on national.territory_level = 'country'
    and placed.indicator_id = national.indicator_id
    and placed.period = national.period
