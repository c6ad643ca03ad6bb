-- One row per municipality, benefit and year of which the figures are hidden
-- A count above 0 and below the agreed minimum in any month hides the whole year: eleven months
-- beside a known yearly mean would tell the twelfth. So that nothing can be subtracted, the
-- smallest neighbours are hidden too, until at least two are hidden and together reach the minimum
-- in every month. Where no neighbours suffice the neighbourhood is open, and areas above it hide.
with
    terms as (select dataset_id, minimum_count from {{ ref("stg_agreement") }}),

    figures as (
        select figures.*, terms.minimum_count
        from {{ ref("int_benefit_municipality") }} as figures
        inner join terms on figures.source_dataset = terms.dataset_id
    ),

    years as (
        select
            municipality_code,
            neighbourhood,
            benefit_id,
            year,
            minimum_count,
            max(
                case
                    when persons > 0 and persons < minimum_count
                    then 1
                    when benefits > 0 and benefits < minimum_count
                    then 1
                    else 0
                end
            ) as is_small,
            sum(benefits) as benefits
        from figures
        group by municipality_code, neighbourhood, benefit_id, year, minimum_count
        -- Who has no cases all year protects nobody; a 0 is published.
        having max(persons) > 0 or max(benefits) > 0
    ),

    ranked as (
        select
            *,
            sum(is_small) over (partition by neighbourhood, benefit_id, year) as small_count,
            row_number() over (
                partition by neighbourhood, benefit_id, year
                order by is_small desc, benefits, municipality_code
            ) as place
        from years
    ),

    affected as (select * from ranked where small_count > 0),

    sums as (
        select
            affected.neighbourhood,
            affected.benefit_id,
            affected.year,
            affected.place,
            affected.small_count,
            affected.minimum_count,
            least(
                sum(figures.persons) over (
                    partition by affected.neighbourhood, affected.benefit_id, figures.period
                    order by affected.place
                ),
                sum(figures.benefits) over (
                    partition by affected.neighbourhood, affected.benefit_id, figures.period
                    order by affected.place
                )
            ) as count_so_far
        from affected
        inner join
            figures
            on affected.municipality_code = figures.municipality_code
            and affected.benefit_id = figures.benefit_id
            and affected.year = figures.year
    ),

    smallest_sums as (
        select
            neighbourhood,
            benefit_id,
            year,
            place,
            small_count,
            minimum_count,
            min(count_so_far) as count_so_far
        from sums
        group by neighbourhood, benefit_id, year, place, small_count, minimum_count
    ),

    sufficient as (
        select neighbourhood, benefit_id, year, min(place) as last_place
        from smallest_sums
        where place >= 2 and place >= small_count and count_so_far >= minimum_count
        group by neighbourhood, benefit_id, year
    )

select
    affected.municipality_code,
    affected.benefit_id,
    affected.year,
    affected.is_small = 1 as is_small,
    sufficient.last_place is null as is_open
from affected
left join
    sufficient
    on affected.neighbourhood = sufficient.neighbourhood
    and affected.benefit_id = sufficient.benefit_id
    and affected.year = sufficient.year
where affected.place <= coalesce(sufficient.last_place, affected.small_count)
