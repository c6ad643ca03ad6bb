-- One row per area above the municipality and interval in which none of its attributes changes
with
    municipalities as (select * from {{ ref("int_municipality_interval") }}),

    names as (
        select territory_level, territory_code, value as name, effective_date, run_number
        from {{ ref("int_territory_attribute") }}
        where attribute = 'name' and territory_level <> 'municipality'
    ),

    -- Areas follow from their municipalities, so they can change only on these days.
    days as (
        select valid_from as day
        from municipalities
        union
        select {{ day_after("valid_to") }} as day
        from municipalities
        where valid_to is not null
        union
        select names.effective_date as day
        from names
        inner join
            (select min(valid_from) as ledger_start from municipalities) as ledger
            on names.effective_date > ledger.ledger_start
    ),

    numbered_days as (select day, row_number() over (order by day) as day_number from days),

    members as (
        select numbered_days.day, numbered_days.day_number, municipalities.*
        from numbered_days
        inner join
            municipalities
            on municipalities.valid_from <= numbered_days.day
            and (municipalities.valid_to is null or municipalities.valid_to >= numbered_days.day)
    ),

    -- An area lies in a district only if all of its municipalities do: some ORP crossed districts.
    areas as (
        {% for level in ["pou", "orp", "district", "region", "country"] %}
            select
                '{{ level }}' as area_level,
                {{ level }}_code as area_code,
                day,
                day_number,
                {% for parent in ["orp", "district", "region"] %}
                    {% if level == parent or level in ["region", "country"] or (
                        level == "district" and parent == "orp"
                    ) %}
                        null as {{ parent }}_code,
                    {% else %}
                        case
                            when min({{ parent }}_code) = max({{ parent }}_code)
                            then min({{ parent }}_code)
                        end as {{ parent }}_code,
                    {% endif %}
                {% endfor %}
                {% if level == "country" %} null
                {% else %} min(country_code)
                {% endif %} as country_code
            from members
            where {{ level }}_code is not null
            group by {{ level }}_code, day, day_number
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    named as (
        select
            areas.area_level,
            areas.area_code,
            areas.day,
            areas.day_number,
            areas.orp_code,
            areas.district_code,
            areas.region_code,
            areas.country_code,
            max_by(names.name, names.run_number) as area_name
        from areas
        left join
            names
            on areas.area_level = names.territory_level
            and areas.area_code = names.territory_code
            and (names.run_number = 1 or names.effective_date <= areas.day)
        group by
            areas.area_level,
            areas.area_code,
            areas.day,
            areas.day_number,
            areas.orp_code,
            areas.district_code,
            areas.region_code,
            areas.country_code
    ),

    signed as (
        select
            *,
            concat(
                coalesce(area_name, ''),
                '|',
                coalesce(orp_code, ''),
                '|',
                coalesce(district_code, ''),
                '|',
                coalesce(region_code, '')
            ) as signature
        from named
    ),

    marked as (
        select
            *,
            lag(signature) over (
                partition by area_level, area_code order by day_number
            ) as previous_signature,
            lag(day_number) over (
                partition by area_level, area_code order by day_number
            ) as previous_number
        from signed
    ),

    runs as (
        select
            *,
            sum(
                case
                    when signature = previous_signature and day_number = previous_number + 1
                    then 0
                    else 1
                end
            ) over (
                partition by area_level, area_code
                order by day_number
                rows between unbounded preceding and current row
            ) as run_number
        from marked
    ),

    intervals as (
        select
            area_level,
            area_code,
            run_number,
            min(area_name) as area_name,
            min(orp_code) as orp_code,
            min(district_code) as district_code,
            min(region_code) as region_code,
            min(country_code) as country_code,
            min(day) as valid_from,
            max(day_number) as last_number
        from runs
        group by area_level, area_code, run_number
    ),

    -- The first day on which a source states any area of the level.
    level_starts as (
        select area_level, min(valid_from) as valid_from from intervals group by area_level
    )

select
    intervals.area_level,
    intervals.area_code,
    coalesce(country.country_name, intervals.area_name, intervals.area_code) as area_name,
    intervals.orp_code,
    intervals.district_code,
    intervals.region_code,
    intervals.country_code,
    intervals.valid_from,
    {{ day_before("next_day.day") }} as valid_to,
    case
        when first_day.day_number = 1
        then 'ledger_start'
        when intervals.valid_from = level_starts.valid_from
        then 'first_statement'
        else 'members'
    end as date_basis
from intervals
inner join level_starts on intervals.area_level = level_starts.area_level
inner join numbered_days as first_day on intervals.valid_from = first_day.day
left join numbered_days as next_day on intervals.last_number + 1 = next_day.day_number
left join
    {{ ref("country") }} as country
    on intervals.area_level = 'country'
    and intervals.area_code = country.country_code
