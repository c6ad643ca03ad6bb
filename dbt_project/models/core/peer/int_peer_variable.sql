-- One row per set of peers and variable: how many municipalities it is known for, and whether it
-- is used
with
    known as (
        select
            peer_set,
            variable_id,
            count(*) as known_municipalities,
            max(period) as period,
            -- Most municipalities decide: a few rows may come from an older edition.
            mode(source_dataset order by source_dataset) as source_dataset,
            bool_and(is_lagged) as is_lagged
        from {{ ref("int_peer_input") }}
        group by peer_set, variable_id
    ),

    totals as (select count(*) as municipalities from {{ ref("int_peer_municipality") }})

select
    catalogue.peer_set,
    catalogue.variable_id,
    catalogue.position,
    catalogue.name_cs,
    catalogue.name_en,
    catalogue.measure_cs,
    catalogue.measure_en,
    catalogue.reason_cs,
    catalogue.reason_en,
    catalogue.weight,
    known.period,
    known.source_dataset,
    known.is_lagged,
    coalesce(known.known_municipalities, 0) as known_municipalities,
    totals.municipalities,
    coalesce(2 * known.known_municipalities > totals.municipalities, false) as is_used
from {{ ref("peer_variable_catalogue") }} as catalogue
cross join totals
left join known on catalogue.peer_set = known.peer_set and catalogue.variable_id = known.variable_id
