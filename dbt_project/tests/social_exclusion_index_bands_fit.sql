{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "social_exclusion_index: published points lie in the published band, computed ones in the computed band",
                "remedy": "Compare the row with the workbook; the points or the band in it may be mistyped, or the seed index_band may not hold for the year.",
            },
            "dagster": {"ref": {"name": "social_exclusion_index"}},
        }
    )
}}

select
    index_rows.municipality_code,
    index_rows.year,
    index_rows.published_index_points,
    index_rows.published_band,
    index_rows.index_points,
    index_rows.band
from {{ ref("social_exclusion_index") }} as index_rows
left join
    {{ ref("index_band") }} as published
    on index_rows.published_index_points between published.points_from and published.points_to
    and index_rows.year between published.valid_from_year and published.valid_to_year
left join
    {{ ref("index_band") }} as computed
    on index_rows.index_points between computed.points_from and computed.points_to
    and index_rows.year between computed.valid_from_year and computed.valid_to_year
where
    (published.band is not null and published.band <> index_rows.published_band)
    or (computed.band is not null and computed.band <> index_rows.band)
