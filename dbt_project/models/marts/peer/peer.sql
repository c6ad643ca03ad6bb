-- One row per municipality, set of peers and rank: a comparable place, how far it is and what
-- makes the difference
select
    neighbours.peer_set,
    neighbours.municipality_code,
    own.municipality_name,
    neighbours.rank,
    neighbours.peer_code,
    peers.municipality_name as peer_name,
    peers.region_code as peer_region_code,
    neighbours.distance,
    {% for variables in peer_variables().values() %}
        {% for variable in variables %} neighbours.{{ variable }}_share_pct, {% endfor %}
    {% endfor %}
    100.0
    * neighbours.kept_without_one
    / nullif(neighbours.without_one, 0) as kept_without_one_variable_pct,
    100.0 * neighbours.kept_reweighed / nullif(neighbours.reweighed, 0) as kept_reweighed_pct
from {{ ref("int_peer_neighbour") }} as neighbours
inner join
    {{ ref("int_peer_municipality") }} as own
    on neighbours.municipality_code = own.municipality_code
inner join
    {{ ref("int_peer_municipality") }} as peers on neighbours.peer_code = peers.municipality_code
where neighbours.distance <= {{ var("peer_distance_up_to") }}
