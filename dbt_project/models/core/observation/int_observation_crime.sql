-- One row per region or country, year and indicator of recorded crime: all of it, three kinds, and
-- the share that was cleared up
with
    lines as (
        {% for dataset in ["crime_by_region", "crime_by_region_2008_2015"] %}
            select
                'policie__{{ dataset }}' as source_dataset,
                edition,
                cast(year as varchar) as period,
                sheet,
                case when is_all_crime then 'crime' else crime_kind end as indicator_id,
                recorded,
                cleared
            from {{ ref("stg_policie__" ~ dataset) }}
            where is_all_crime or crime_kind is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    reports as (
        select
            source_dataset,
            edition,
            period,
            sheet,
            indicator_id,
            recorded as offences,
            cast(null as bigint) as all_offences
        from lines
        union all
        select
            source_dataset,
            edition,
            period,
            sheet,
            'crime_cleared' as indicator_id,
            cleared as offences,
            recorded as all_offences
        from lines
        where indicator_id = 'crime'
    ),

    bases as (
        select
            'region' as territory_level,
            region_code as territory_code,
            cast(year(reference_date) as varchar) as period,
            cast(sum(population) as bigint) as population
        from {{ ref("int_population_base") }}
        group by region_code, reference_date
        union all
        select
            'country' as territory_level,
            country_code as territory_code,
            cast(year(reference_date) as varchar) as period,
            cast(sum(population) as bigint) as population
        from {{ ref("int_population_base") }}
        group by country_code, reference_date
    ),

    -- Regions keep their codes; before the ledger begins the first name that it knows is used.
    names as (
        select area_level, area_code, min_by(area_name, valid_from) as area_name
        from {{ ref("int_area_interval") }}
        where area_level = 'region'
        group by area_level, area_code
    )

select
    sheets.territory_level,
    sheets.territory_code,
    names.area_name as territory_name,
    substr(sheets.territory_code, 1, 2) as country_code,
    reports.indicator_id,
    'total' as dimension,
    concat(reports.source_dataset, '/', reports.indicator_id) as series_id,
    reports.period,
    cast(concat(reports.period, '-12-31') as date) as reference_date,
    reports.source_dataset,
    reports.edition as source_edition,
    case
        when coalesce(reports.all_offences, bases.population) is not null then reports.offences
    end as numerator_parts,
    1 as parts_per_unit,
    coalesce(reports.all_offences, bases.population) as denominator,
    cast(null as double) as given_value,
    case
        when coalesce(reports.all_offences, bases.population) is null then 'missing' else 'observed'
    end as observation_status,
    cast(null as varchar) as source_quality
from reports
-- A sheet that is no territory (units of the Police Presidium) counts in the country's alone.
inner join
    {{ ref("crime_report_sheet") }} as sheets
    on reports.source_dataset = sheets.source_dataset
    and reports.sheet = sheets.sheet
    and sheets.world = '{{ world() }}'
left join
    bases
    on sheets.territory_level = bases.territory_level
    and sheets.territory_code = bases.territory_code
    and reports.period = bases.period
left join
    names on sheets.territory_level = names.area_level and sheets.territory_code = names.area_code
