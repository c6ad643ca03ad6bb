-- One row per territory, benefit and month; hidden cells are flagged and empty
with
    cells as (
        select
            'municipality' as territory_level,
            figures.municipality_code as territory_code,
            figures.municipality_name as territory_name,
            figures.orp_code,
            figures.district_code,
            figures.region_code,
            figures.benefit_id,
            figures.period,
            figures.reference_date,
            figures.source_dataset,
            figures.source_edition,
            figures.persons,
            figures.benefits,
            figures.amount_czk,
            hidden.municipality_code is not null as is_hidden
        from {{ ref("int_benefit_municipality") }} as figures
        left join
            {{ ref("int_benefit_hidden") }} as hidden
            on figures.municipality_code = hidden.municipality_code
            and figures.benefit_id = hidden.benefit_id
            and figures.year = hidden.year
        union all
        select
            figures.territory_level,
            figures.territory_code,
            areas.area_name as territory_name,
            case when figures.territory_level = 'orp' then areas.area_code end as orp_code,
            case
                when figures.territory_level = 'district'
                then areas.area_code
                else areas.district_code
            end as district_code,
            case
                when figures.territory_level = 'region' then areas.area_code else areas.region_code
            end as region_code,
            figures.benefit_id,
            figures.period,
            figures.reference_date,
            figures.source_dataset,
            figures.source_edition,
            figures.persons,
            figures.benefits,
            figures.amount_czk,
            figures.is_hidden
        from {{ ref("int_benefit_area") }} as figures
        inner join
            {{ ref("int_area_interval") }} as areas
            on figures.territory_level = areas.area_level
            and figures.territory_code = areas.area_code
            and areas.valid_from <= figures.reference_date
            and (areas.valid_to is null or areas.valid_to >= figures.reference_date)
    )

-- Which cells were too small and which only guard others is not told: it would unguard them.
select
    cells.territory_level,
    cells.territory_code,
    cells.territory_name,
    {% for level in ["orp", "district", "region"] %}
        cells.{{ level }}_code, {{ level }}.area_name as {{ level }}_name,
    {% endfor %}
    cells.benefit_id,
    cells.period,
    cells.reference_date,
    {% for figure in ["persons", "benefits", "amount_czk"] %}
        case when not cells.is_hidden then cells.{{ figure }} end as {{ figure }},
    {% endfor %}
    case when cells.is_hidden then 'C' else 'F' end as conf_status,
    terms.agreement_reference,
    cells.source_dataset,
    cells.source_edition
from cells
-- Without terms nothing is published.
inner join {{ ref("stg_agreement") }} as terms on cells.source_dataset = terms.dataset_id
{% for level in ["orp", "district", "region"] %}
    left join
        {{ ref("int_area_interval") }} as {{ level }}
        on {{ level }}.area_level = '{{ level }}'
        and cells.{{ level }}_code = {{ level }}.area_code
        and {{ level }}.valid_from <= cells.reference_date
        and ({{ level }}.valid_to is null or {{ level }}.valid_to >= cells.reference_date)
{% endfor %}
