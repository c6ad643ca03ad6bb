{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: numerators and denominators of the parts sum to those of the whole",
                "remedy": "List the municipalities of the area named here; one of them is missing, doubled or lies in another area on the reference date.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Every pair of neighbouring levels, by the territory that was valid on the reference date. Before
-- the ledger begins no area but the country is known, and its sum is that of all municipalities;
-- before a source states the POÚ, there is none to sum to.
-- What a source gives for an area itself need not be the sum of what it gives below.
with
    ledger as (select min(valid_from) as ledger_start from {{ ref("territory") }}),

    parents as (
        select distinct
            figures.territory_level,
            figures.territory_code,
            figures.reference_date,
            {% for level in ["pou", "orp", "district", "region", "country"] %}
                territory.{{ level }}_code {%- if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("indicator_value") }} as figures
        inner join
            {{ ref("territory") }} as territory
            on figures.territory_level = territory.territory_level
            and figures.territory_code = territory.territory_code
            and territory.valid_from <= figures.reference_date
            and (territory.valid_to is null or territory.valid_to >= figures.reference_date)
    ),

    -- Twelfths are exact; where no value exists nothing is counted.
    figures as (
        select
            territory_level,
            territory_code,
            indicator_id,
            dimension,
            period,
            reference_date,
            value_origin,
            cast(round(12 * numerator) as bigint) as twelfths,
            denominator
        from {{ ref("indicator_value") }}
        where
            (
                (obs_status <> 'O' and numerator is not null)
                -- A municipality that a list of cases leaves out still has inhabitants.
                or interval_reason = 'not_listed'
            )
            and reference_date >= (select ledger_start from ledger)
    ),

    pairs as (
        {% for child, parent in [
            ("municipality", "pou"),
            ("municipality", "orp"),
            ("municipality", "district"),
            ("pou", "orp"),
            ("orp", "region"),
            ("district", "region"),
            ("region", "country"),
        ] %}
            select
                '{{ child }}' as child_level,
                '{{ parent }}' as parent_level,
                parents.{{ parent }}_code as parent_code,
                figures.indicator_id,
                figures.dimension,
                figures.period,
                sum(figures.twelfths) as twelfths,
                sum(figures.denominator) as denominator
            from figures
            inner join
                parents
                on figures.territory_level = parents.territory_level
                and figures.territory_code = parents.territory_code
                and figures.reference_date = parents.reference_date
            where
                figures.territory_level = '{{ child }}' and parents.{{ parent }}_code is not null
                -- What a source gives for these areas is never summed.
                {% if child in ["pou", "orp", "district"] %}
                    and figures.value_origin = 'sum'
                {% endif %}
            group by
                parents.{{ parent }}_code, figures.indicator_id, figures.dimension, figures.period
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    pairs.child_level,
    coalesce(pairs.parent_level, wholes.territory_level) as parent_level,
    coalesce(pairs.parent_code, wholes.territory_code) as parent_code,
    coalesce(pairs.indicator_id, wholes.indicator_id) as indicator_id,
    coalesce(pairs.dimension, wholes.dimension) as dimension,
    coalesce(pairs.period, wholes.period) as period,
    pairs.twelfths as twelfths_of_parts,
    wholes.twelfths as twelfths_of_whole,
    pairs.denominator as denominator_of_parts,
    wholes.denominator as denominator_of_whole
from pairs
full outer join
    (select * from figures where territory_level <> 'municipality') as wholes
    on pairs.parent_level = wholes.territory_level
    and pairs.parent_code = wholes.territory_code
    and pairs.indicator_id = wholes.indicator_id
    and pairs.dimension = wholes.dimension
    and pairs.period = wholes.period
where
    coalesce(wholes.value_origin, 'sum') = 'sum'
    and (
        pairs.parent_code is null
        or wholes.territory_code is null
        or coalesce(pairs.twelfths, 0) <> coalesce(wholes.twelfths, 0)
        or coalesce(pairs.denominator, 0) <> coalesce(wholes.denominator, 0)
    )
