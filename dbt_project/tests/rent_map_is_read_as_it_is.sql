{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: rents stand where the map has them, with their coverage",
                "remedy": "Compare the rows of the map with the figures named here; a town with rents by cadastral area only has no value.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- Counted in the map of 2026-05-15: 6,048 rows of municipalities, 206 towns by cadastral area with
-- 1,582 rows, one of which the list of cadastral areas gives to another municipality; and one row
-- as
-- printed.
with
    found as (
        select
            sum(case when obs_status = 'E' then 1 else 0 end) as municipalities,
            sum(case when interval_reason = 'cadastral_areas_only' then 1 else 0 end) as towns,
            sum(
                case when territory_code = '567337' and source_quality = 'coverage_1' then value end
            ) as printed
        from {{ ref("indicator_value") }}
        where indicator_id = 'rent' and dimension = 'vk1' and source_edition = '2026-05-15'
    ),

    areas as (
        select count(*) as areas, count(municipality_code) as placed
        from {{ ref("rent_by_cadastral_area") }}
        where size_category = 'vk1' and source_edition = '2026-05-15'
    )

select found.*, areas.areas, areas.placed
from found
cross join areas
where
    '{{ world() }}' = 'real'
    and found.municipalities > 0
    and (
        found.municipalities <> 6048
        or found.towns <> 206
        or found.printed <> 205
        or areas.areas <> 1582
        or areas.placed <> 1581
    )
