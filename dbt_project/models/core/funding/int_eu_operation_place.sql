-- One row per operation, basis of place and place: its share of the operation's money
with
    -- A basis is tried for every operation of a period in which its source is at hand.
    bases as (
        select operations.*, bases.place_basis
        from {{ ref("int_eu_operation") }} as operations
        inner join
            (
                select funding_period, 'realisation' as place_basis
                from {{ ref("int_eu_operation") }}
                group by funding_period
                union all
                select funding_period, place_basis
                from {{ ref("int_eu_operation_named_place") }}
                where place_basis = 'applicant_seat'
                group by funding_period, place_basis
            ) as bases
            on operations.funding_period = bases.funding_period
    ),

    weighted as (
        select
            bases.*,
            named.place_level,
            named.place_code,
            people.inhabitants,
            count(named.place_code) over operation as places,
            min(coalesce(people.inhabitants, 0)) over operation > 0 as is_weighted
        from bases
        left join
            {{ ref("int_eu_operation_named_place") }} as named
            on bases.funding_period = named.funding_period
            and bases.project_number = named.project_number
            and bases.place_basis = named.place_basis
        left join
            {{ ref("int_place_inhabitants") }} as people
            on named.place_level = people.territory_level
            and named.place_code = people.territory_code
        window
            operation as (
                partition by bases.funding_period, bases.project_number, bases.place_basis
            )
    ),

    parts as (
        select
            weighted.*,
            case
                when places = 0
                then 'place_not_stated'
                when places = 1
                then 'one_place'
                when is_weighted
                then 'by_population'
                else 'equal_split'
            end as allocation_method,
            case when places > 1 and is_weighted then inhabitants else 1 end as weight
        from weighted
    ),

    summed as (
        select
            parts.*,
            cast(
                sum(weight) over (
                    partition by funding_period, project_number, place_basis
                    order by place_level, place_code
                    rows between unbounded preceding and current row
                ) as hugeint
            ) as weight_up_to,
            cast(
                sum(weight) over (
                    partition by funding_period, project_number, place_basis
                ) as hugeint
            ) as weight_of_all
        from parts
    )

-- What is due up to a place less what is due before it: whole hundredths that add up to the total.
select
    funding_period,
    source_dataset,
    source_edition,
    reference_date,
    project_number,
    project_name,
    programme_code,
    state_name,
    theme,
    amount_status,
    place_basis,
    place_level,
    place_code,
    places,
    allocation_method,
    {% for amount in ["eligible", "eu"] %}
        cast(
            divide({{ amount }}_parts * weight_up_to, weight_of_all)
            - divide({{ amount }}_parts * (weight_up_to - weight), weight_of_all) as bigint
        ) as {{ amount }}_parts
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from summed
