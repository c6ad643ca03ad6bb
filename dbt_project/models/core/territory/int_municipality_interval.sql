-- One row per municipality and interval in which none of its attributes changes
with
    existence as (select * from {{ ref("int_municipality_existence") }}),

    -- The first value of an attribute holds from the beginning, also where a source states it
    -- later:
    -- the first files leave out the capital's ORP and POÚ.
    attributes as (
        select
            attributes.territory_code as municipality_code,
            attributes.attribute,
            attributes.value,
            coalesce(attributes.effective_date, existence.valid_from) as effective_date,
            coalesce(attributes.date_basis, existence.start_basis) as date_basis
        from {{ ref("int_territory_attribute") }} as attributes
        inner join existence on attributes.territory_code = existence.municipality_code
        where attributes.territory_level = 'municipality'
    ),

    starts as (
        select municipality_code, effective_date as valid_from, min(date_basis) as date_basis
        from attributes
        group by municipality_code, effective_date
    ),

    ordered as (
        select
            municipality_code,
            valid_from,
            date_basis,
            lead(valid_from) over (partition by municipality_code order by valid_from) as next_from
        from starts
    ),

    described as (
        select
            starts.municipality_code,
            starts.valid_from,
            {% for attribute in ["name", "status", "pou", "orp", "district", "region"] %}
                max_by(
                    case when attributes.attribute = '{{ attribute }}' then attributes.value end,
                    case
                        when attributes.attribute = '{{ attribute }}' then attributes.effective_date
                    end
                ) as {{ attribute }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from starts
        inner join
            attributes
            on starts.municipality_code = attributes.municipality_code
            and attributes.effective_date <= starts.valid_from
        group by starts.municipality_code, starts.valid_from
    )

select
    ordered.municipality_code,
    ordered.valid_from,
    case
        when ordered.next_from is not null
        then {{ day_before("ordered.next_from") }}
        else existence.valid_to
    end as valid_to,
    ordered.date_basis,
    described.name as municipality_name,
    described.status as municipality_status,
    described.pou as pou_code,
    described.orp as orp_code,
    described.district as district_code,
    described.region as region_code,
    -- The country's code is what its regions' NUTS codes begin with.
    substr(described.region, 1, 2) as country_code
from ordered
inner join existence on ordered.municipality_code = existence.municipality_code
inner join
    described
    on ordered.municipality_code = described.municipality_code
    and ordered.valid_from = described.valid_from
