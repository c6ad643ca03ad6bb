-- One row per framework, partner and counterpart of a cooperation
select
    cooperation.cooperation_id,
    cooperation.framework_id,
    framework.title_cs as framework_cs,
    framework.title_en as framework_en,
    framework.kind as framework_kind,
    cooperation.partner_id,
    cooperation.with_partner_id,
    cooperation.form,
    cooperation.period_from,
    cooperation.period_to,
    cooperation.period_as_stated_cs,
    cooperation.period_as_stated_en,
    cooperation.document_id
from {{ ref("agency_cooperation") }} as cooperation
left join
    {{ ref("agency_framework") }} as framework
    on cooperation.framework_id = framework.framework_id
    and cooperation.world = framework.world
where cooperation.world = '{{ world() }}'
