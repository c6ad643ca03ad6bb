-- One row per municipality, benefit and month, with the areas of the year's last day
with
    figures as (
        select *, cast(concat(cast(year as varchar), '-12-31') as date) as reference_date
        from {{ ref("stg_demo__benefit_month") }}
    )

-- One day for the whole year: what is hidden is decided for a year, so its areas must not change.
select
    figures.municipality_code,
    figures.benefit_id,
    figures.period,
    figures.year,
    figures.reference_date,
    'demo__benefit_month' as source_dataset,
    figures.edition as source_edition,
    figures.persons,
    figures.benefits,
    figures.amount_czk,
    territory.municipality_name,
    territory.orp_code,
    territory.district_code,
    territory.region_code,
    territory.country_code,
    -- Municipalities that share ORP and district; no published area divides them.
    concat(
        coalesce(territory.orp_code, ''), '|', coalesce(territory.district_code, '')
    ) as neighbourhood,
    territory.municipality_code is not null as is_in_register
from figures
left join
    {{ ref("int_municipality_interval") }} as territory
    on figures.municipality_code = territory.municipality_code
    and territory.valid_from <= figures.reference_date
    and (territory.valid_to is null or territory.valid_to >= figures.reference_date)
