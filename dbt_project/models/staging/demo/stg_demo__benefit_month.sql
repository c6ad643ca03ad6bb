-- One row per municipality, benefit and month of the invented ministry's deliveries
select
    _edition as edition,
    cast(substr(month, 1, 4) as integer) as year,
    month as period,
    municipality_code,
    case
        benefit when 'PNB' then 'housing_allowance' when 'PNZ' then 'subsistence_allowance'
    end as benefit_id,
    cast(persons as bigint) as persons,
    cast(benefits as bigint) as benefits,
    cast(amount_czk as bigint) as amount_czk
from {{ source("raw", "demo__benefit_month") }}
