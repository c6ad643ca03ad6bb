-- One row per area above the municipality, benefit and month
-- An ORP or district with an open municipality is hidden. A region is hidden unless its open
-- municipalities are at least two and together reach the minimum in every month; so is the
-- country, by the open municipalities of the regions that are hidden.
with
    terms as (select dataset_id, minimum_count from {{ ref("stg_agreement") }}),

    figures as (
        select figures.*, terms.minimum_count, coalesce(hidden.is_open, false) as is_open
        from {{ ref("int_benefit_municipality") }} as figures
        inner join terms on figures.source_dataset = terms.dataset_id
        left join
            {{ ref("int_benefit_hidden") }} as hidden
            on figures.municipality_code = hidden.municipality_code
            and figures.benefit_id = hidden.benefit_id
            and figures.year = hidden.year
    ),

    open_months as (
        select
            region_code,
            country_code,
            benefit_id,
            year,
            period,
            minimum_count,
            count(*) as units,
            sum(persons) as persons,
            sum(benefits) as benefits
        from figures
        where is_open
        group by region_code, country_code, benefit_id, year, period, minimum_count
    ),

    regions as (
        select region_code, country_code, benefit_id, year
        from open_months
        group by region_code, country_code, benefit_id, year, minimum_count
        having min(units) < 2 or least(min(persons), min(benefits)) < minimum_count
    ),

    country_months as (
        select
            open_months.country_code,
            open_months.benefit_id,
            open_months.year,
            open_months.period,
            open_months.minimum_count,
            sum(open_months.units) as units,
            sum(open_months.persons) as persons,
            sum(open_months.benefits) as benefits
        from open_months
        inner join
            regions
            on open_months.region_code = regions.region_code
            and open_months.benefit_id = regions.benefit_id
            and open_months.year = regions.year
        group by
            open_months.country_code,
            open_months.benefit_id,
            open_months.year,
            open_months.period,
            open_months.minimum_count
    ),

    countries as (
        select country_code, benefit_id, year
        from country_months
        group by country_code, benefit_id, year, minimum_count
        having min(units) < 2 or least(min(persons), min(benefits)) < minimum_count
    ),

    hidden as (
        {% for level in ["orp", "district"] %}
            select distinct
                '{{ level }}' as territory_level,
                {{ level }}_code as territory_code,
                benefit_id,
                year
            from figures
            where is_open
            union all
        {% endfor %}
        select 'region' as territory_level, region_code as territory_code, benefit_id, year
        from regions
        union all
        select 'country' as territory_level, country_code as territory_code, benefit_id, year
        from countries
    ),

    areas as (
        {% for level in ["orp", "district", "region", "country"] %}
            select
                '{{ level }}' as territory_level,
                {{ level }}_code as territory_code,
                benefit_id,
                period,
                year,
                reference_date,
                source_dataset,
                source_edition,
                cast(sum(persons) as bigint) as persons,
                cast(sum(benefits) as bigint) as benefits,
                cast(sum(amount_czk) as bigint) as amount_czk
            from figures
            where {{ level }}_code is not null
            group by
                {{ level }}_code,
                benefit_id,
                period,
                year,
                reference_date,
                source_dataset,
                source_edition
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select areas.*, hidden.territory_code is not null as is_hidden
from areas
left join
    hidden
    on areas.territory_level = hidden.territory_level
    and areas.territory_code = hidden.territory_code
    and areas.benefit_id = hidden.benefit_id
    and areas.year = hidden.year
