-- One row per partner and territory that it stands for
select
    links.partner_id,
    links.territory_level,
    links.territory_code,
    territory.territory_name,
    links.territory_name as stated_name
from {{ ref("agency_partner_territory") }} as links
left join
    {{ ref("territory") }} as territory
    on links.territory_level = territory.territory_level
    and links.territory_code = territory.territory_code
    and territory.is_current
where links.world = '{{ world() }}'
