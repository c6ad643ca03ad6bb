-- One row per set of peers, municipality and variable for which a source has a figure
select
    'structural' as peer_set,
    municipality_code,
    variable_id,
    value,
    period,
    source_dataset,
    cast(null as boolean) as is_lagged
from {{ ref("int_peer_structure") }}
union all
select
    'similar_need' as peer_set,
    municipality_code,
    variable_id,
    value,
    period,
    source_dataset,
    is_lagged
from {{ ref("int_peer_need") }}
