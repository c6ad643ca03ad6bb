{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "The rule of the index: one version, all cut-offs and bands for 0 to 30 in every year of its validity",
                "remedy": "Correct the seeds index_version, index_cut_off and index_band.",
            },
            "dagster": {"ref": {"name": "index_version"}},
        }
    )
}}

with
    years as (
        select version.index_version, cast(series.year as integer) as year
        from {{ ref("index_version") }} as version
        inner join
            (select unnest(range(2000, 2101)) as year) as series
            on series.year between version.valid_from_year and version.valid_to_year
    ),

    versions as (
        select year, 'versions' as what, count(*) as found, 1 as expected from years group by year
    ),

    cut_offs as (
        select
            years.year,
            'cut-offs in order' as what,
            count(cut_offs.indicator_id) as found,
            15 as expected
        from years
        left join
            {{ ref("index_cut_off") }} as cut_offs
            on years.year between cut_offs.valid_from_year and cut_offs.valid_to_year
            and cut_offs.low < cut_offs.high
        group by years.year
    ),

    bands as (
        select
            years.year,
            concat('bands with ', cast(points.points as varchar), ' points') as what,
            count(bands.band_id) as found,
            1 as expected
        from years
        cross join (select unnest(range(0, 31)) as points) as points
        left join
            {{ ref("index_band") }} as bands
            on points.points between bands.points_from and bands.points_to
            and years.year between bands.valid_from_year and bands.valid_to_year
        group by years.year, points.points
    )

select *
from versions
where found <> expected
union all
select *
from cut_offs
where found <> expected
union all
select *
from bands
where found <> expected
