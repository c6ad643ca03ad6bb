-- One row per municipality and interval in which none of its attributes changes
with
    -- Only an act of parliament makes or ends a military district: it is one as long as it exists.
    military_districts as (
        select municipality_code
        from {{ ref("stg_csu__territory_structure") }}
        where municipality_status = 'U'
        union
        select municipality_code
        from {{ ref("stg_cuzk__municipalities") }}
        where municipality_status = 'U'
    ),

    existence as (select * from {{ ref("int_municipality_existence") }}),

    -- Before the first source that states an attribute of any municipality, it is not known.
    attribute_starts as (
        select attribute, min(first_stated) as first_stated
        from {{ ref("int_territory_attribute") }}
        where territory_level = 'municipality'
        group by attribute
    ),

    -- From then on the first value holds from the municipality's beginning, also where a source
    -- states it later: the first files leave out the capital's ORP and POÚ.
    attributes as (
        select
            attributes.territory_code as municipality_code,
            attributes.attribute,
            attributes.value,
            case
                when attributes.effective_date is not null
                then attributes.effective_date
                when attribute_starts.first_stated > existence.valid_from
                then attribute_starts.first_stated
                else existence.valid_from
            end as effective_date,
            case
                when attributes.effective_date is not null
                then attributes.date_basis
                when attribute_starts.first_stated > existence.valid_from
                then 'first_statement'
                else existence.start_basis
            end as date_basis
        from {{ ref("int_territory_attribute") }} as attributes
        inner join attribute_starts on attributes.attribute = attribute_starts.attribute
        inner join existence on attributes.territory_code = existence.municipality_code
        where attributes.territory_level = 'municipality'
    ),

    starts as (
        select
            municipality_code,
            effective_date as valid_from,
            -- A change says more than a first statement of the same day.
            coalesce(
                min(case when date_basis <> 'first_statement' then date_basis end),
                'first_statement'
            ) as date_basis
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
    case
        when military_districts.municipality_code is not null then 'U' else described.status
    end as municipality_status,
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
left join military_districts on ordered.municipality_code = military_districts.municipality_code
