-- One row per set of peers and variable
select
    peer_set,
    variable_id,
    cast(position as integer) as position,
    name_cs,
    name_en,
    measure_cs,
    measure_en,
    reason_cs,
    reason_en,
    cast(weight as double) as weight,
    is_used,
    case when not is_used then 'no_data' end as not_used_reason,
    period,
    is_lagged,
    source_dataset,
    cast(known_municipalities as integer) as known_municipalities,
    cast(municipalities as integer) as municipalities
from {{ ref("int_peer_variable") }}
