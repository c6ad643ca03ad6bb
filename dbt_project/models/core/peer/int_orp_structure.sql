-- One row per ORP and structural variable that is used: the mean over its inhabitants
select
    municipalities.orp_code,
    inputs.variable_id,
    case
        inputs.variable_id
        when 'size'
        then ln(sum(municipalities.inhabitants))
        -- In the order of codes, so that the sum is the same to the last bit.
        else
            sum(inputs.value * municipalities.inhabitants order by municipalities.municipality_code)
            / sum(municipalities.inhabitants)
    end as value
from {{ ref("int_peer_structure") }} as inputs
inner join
    {{ ref("int_peer_municipality") }} as municipalities
    on inputs.municipality_code = municipalities.municipality_code
inner join
    {{ ref("int_peer_variable") }} as variables
    on variables.peer_set = 'structural'
    and inputs.variable_id = variables.variable_id
    and variables.is_used
where municipalities.orp_code is not null and municipalities.inhabitants is not null
group by municipalities.orp_code, inputs.variable_id
