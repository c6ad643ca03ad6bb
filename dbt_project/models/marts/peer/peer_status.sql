-- One row per municipality and set of peers: whether it has comparable places, and how firmly
with
    sets as (
        select peer_set, count(*) filter (where is_used) as used_variables
        from {{ ref("int_peer_variable") }}
        group by peer_set
    ),

    missing as (
        select
            variables.peer_set,
            municipalities.municipality_code,
            string_agg(variables.variable_id, ', ' order by variables.position) as missing_variables
        from {{ ref("int_peer_municipality") }} as municipalities
        inner join {{ ref("int_peer_variable") }} as variables on variables.is_used
        left join
            {{ ref("int_peer_input") }} as inputs
            on variables.peer_set = inputs.peer_set
            and variables.variable_id = inputs.variable_id
            and municipalities.municipality_code = inputs.municipality_code
        where inputs.municipality_code is null
        group by variables.peer_set, municipalities.municipality_code
    ),

    found as (
        select
            peer_set,
            municipality_code,
            count(*) filter (where distance <= {{ var("peer_distance_up_to") }}) as peers,
            min(distance) as nearest_distance,
            -- The share of the ten nearest that stay, on average over the trials.
            100.0
            * sum(kept_without_one)
            / nullif(sum(without_one), 0) as kept_without_one_variable_pct,
            100.0 * sum(kept_reweighed) / nullif(sum(reweighed), 0) as kept_reweighed_pct
        from {{ ref("int_peer_neighbour") }}
        group by peer_set, municipality_code
    )

select
    sets.peer_set,
    municipalities.municipality_code,
    municipalities.municipality_name,
    case
        when sets.used_variables = 0
        then 'no_data'
        when missing.municipality_code is not null
        then 'missing_input'
        when coalesce(found.peers, 0) = 0
        then 'no_comparable_place'
        when found.peers < 10
        then 'few_peers'
        else 'has_peers'
    end as status,
    missing.missing_variables,
    cast(coalesce(found.peers, 0) as integer) as peers,
    found.nearest_distance,
    cast({{ var("peer_distance_up_to") }} as double) as distance_bound,
    found.kept_without_one_variable_pct,
    found.kept_reweighed_pct
from {{ ref("int_peer_municipality") }} as municipalities
cross join sets
left join
    missing
    on sets.peer_set = missing.peer_set
    and municipalities.municipality_code = missing.municipality_code
left join
    found
    on sets.peer_set = found.peer_set
    and municipalities.municipality_code = found.municipality_code
