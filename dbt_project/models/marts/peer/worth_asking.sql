-- One row per municipality, indicator and structural peer that is clearly better in two
-- consecutive years
with
    figures as (
        select
            figures.territory_code,
            figures.indicator_id,
            cast(figures.period as integer) as year,
            figures.numerator,
            figures.denominator,
            figures.value,
            figures.unit,
            figures.is_comparable_with_previous,
            catalogue.multiplier,
            catalogue.is_proportion,
            catalogue.polarity = 'higher_is_better' as is_higher_better,
            max(cast(figures.period as integer)) over () as last_year
        from {{ ref("indicator_value") }} as figures
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on figures.indicator_id = catalogue.indicator_id
        where
            figures.territory_level = 'municipality'
            and figures.dimension = 'total'
            and figures.interval_reason is null
            and figures.denominator > 0
            and catalogue.value_kind = 'ratio'
            and catalogue.polarity <> 'neutral'
            and regexp_full_match(figures.period, '[0-9]{4}')
    ),

    -- Both years of a place; a break between them, or a change of its territory, leaves it out.
    spans as (
        select
            later.*,
            earlier.numerator as earlier_numerator,
            earlier.denominator as earlier_denominator,
            earlier.value as earlier_value
        from figures as later
        inner join
            figures as earlier
            on later.territory_code = earlier.territory_code
            and later.indicator_id = earlier.indicator_id
            and later.year = earlier.year + 1
        where
            later.is_comparable_with_previous
            and later.year >= later.last_year - {{ var("peer_figures_within_years") }}
            and later.numerator >= {{ var("worth_asking_from_count") }}
            and earlier.numerator >= {{ var("worth_asking_from_count") }}
    ),

    latest as (select * from spans qualify year = max(year) over (partition by indicator_id)),

    pairs as (
        select
            peers.municipality_code,
            peers.municipality_name,
            peers.peer_code,
            peers.peer_name,
            peers.distance,
            own.indicator_id,
            own.year,
            own.unit,
            own.value,
            other.value as peer_value,
            own.earlier_value,
            other.earlier_value as peer_earlier_value,
            {% for prefix in ["", "earlier_"] %}
                {% set pooled %}
                    (own.{{ prefix }}numerator + other.{{ prefix }}numerator)
                    / (own.{{ prefix }}denominator + other.{{ prefix }}denominator)
                {% endset %}
                -- How many standard errors the peer is better, under equal rates.
                case when own.is_higher_better then -1 else 1 end
                * (own.{{ prefix }}value - other.{{ prefix }}value)
                / own.multiplier
                / nullif(
                    sqrt(
                        ({{ pooled }})
                        * case when own.is_proportion then 1 - ({{ pooled }}) else 1 end
                        * (1e0 / own.{{ prefix }}denominator + 1e0 / other.{{ prefix }}denominator)
                    ),
                    0
                ) as {{ prefix }}z,
                case when own.is_higher_better then -1 else 1 end
                * (own.{{ prefix }}value - other.{{ prefix }}value)
                / own.{{ prefix }}value as {{ prefix }}gain,
            {% endfor %}
        from {{ ref("peer") }} as peers
        inner join latest as own on peers.municipality_code = own.territory_code
        inner join
            latest as other
            on peers.peer_code = other.territory_code
            and own.indicator_id = other.indicator_id
        where peers.peer_set = 'structural'
    ),

    -- Better in both years: the weaker of the two decides, whatever ties the years together.
    tested as (
        select
            *,
            least(z, earlier_z) as weaker_z,
            least(gain, earlier_gain) as weaker_gain,
            count(*) over (partition by indicator_id) as tests,
            count(*) over (
                partition by indicator_id order by least(z, earlier_z) desc
            ) as tests_as_clear
        from pairs
        where z is not null and earlier_z is not null
    ),

    -- Benjamini and Hochberg: the k clearest of m pass, k being the largest number for which the
    -- k-th is as clear as a chance of k/m of the rate demands.
    thresholds as (
        select
            indicator_id,
            min(
                case
                    when
                        weaker_z >= - main.normal_quantile(
                            {{ var("worth_asking_false_discovery_rate") }} * tests_as_clear / tests
                        )
                    then weaker_z
                end
            ) as z_needed
        from tested
        group by indicator_id
    )

select
    tested.municipality_code,
    tested.municipality_name,
    tested.indicator_id,
    tested.peer_code,
    tested.peer_name,
    tested.distance,
    cast(tested.year - 1 as varchar) as earlier_period,
    cast(tested.year as varchar) as period,
    tested.unit,
    tested.earlier_value,
    tested.peer_earlier_value,
    tested.value,
    tested.peer_value,
    100 * tested.weaker_gain as better_by_pct,
    tested.weaker_z as z,
    thresholds.z_needed,
    cast(tested.tests as integer) as tests
from tested
inner join thresholds on tested.indicator_id = thresholds.indicator_id
where
    tested.weaker_z >= thresholds.z_needed
    and tested.weaker_gain >= {{ var("worth_asking_from_difference") }}
