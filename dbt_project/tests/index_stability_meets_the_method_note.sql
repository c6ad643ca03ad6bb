{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "index_stability_summary: the plain re-draws of 2023 find as many unstable units as the method note states",
                "remedy": "Look at int_index_simulation and at the seed index_stability_variant; the rule, the draws or the donors have changed.",
            },
            "dagster": {"ref": {"name": "index_stability_summary"}},
        }
    )
}}

-- Units that keep their band in fewer than 80 % of the draws, by band, within 5 %.
with
    stated as (
        {% for variant, units in [
            ("plain_donors_fixed", [1063, 825, 227, 75]),
            ("plain_donors_redrawn", [1426, 1336, 232, 80]),
        ] %}
            {% set outer = loop %}
            {% for band_id in index_band_ids() %}
                select
                    '{{ variant }}' as variant,
                    '{{ band_id }}' as band_id,
                    {{ units[loop.index0] }} as units
                {% if not (outer.last and loop.last) %}
                    union all
                {% endif %}
            {% endfor %}
        {% endfor %}
    ),

    found as (
        select summary.variant, bands.band_id, summary.units_under_80_pct
        from {{ ref("index_stability_summary") }} as summary
        inner join
            {{ ref("index_band") }} as bands
            on summary.headline_band = bands.band
            and summary.year between bands.valid_from_year and bands.valid_to_year
        where summary.year = 2023
    )

select stated.variant, stated.band_id, stated.units, found.units_under_80_pct
from stated
left join found on stated.variant = found.variant and stated.band_id = found.band_id
where
    '{{ world() }}' = 'real'
    and exists (select 1 from found)
    and (
        found.units_under_80_pct is null
        or 20 * abs(found.units_under_80_pct - stated.units) > stated.units
    )
