-- One row per index input and index year: the cut-offs and weights that hold
with
    cut_offs as (
        select
            indicator_id,
            valid_from_year,
            valid_to_year,
            {% for measure in ["count", "share", "lq"] %}
                max(case when measure = '{{ measure }}' then low end) as {{ measure }}_low,
                max(case when measure = '{{ measure }}' then high end) as {{ measure }}_high
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("index_cut_off") }}
        group by indicator_id, valid_from_year, valid_to_year
    ),

    years as (select distinct year from {{ ref("int_municipality_year") }})

select
    cut_offs.indicator_id,
    years.year,
    version.index_version,
    version.region_weight,
    version.country_weight,
    cut_offs.count_low,
    cut_offs.count_high,
    cut_offs.share_low,
    cut_offs.share_high,
    cut_offs.lq_low,
    cut_offs.lq_high
from years
inner join
    {{ ref("index_version") }} as version
    on years.year between version.valid_from_year and version.valid_to_year
inner join cut_offs on years.year between cut_offs.valid_from_year and cut_offs.valid_to_year
