-- One row per partner and theme of its cooperation
with
    partner_themes as (
        select distinct cooperation.partner_id, aims.theme_id
        from {{ ref("cooperation_aim") }} as aims
        inner join
            {{ ref("cooperation") }} as cooperation
            on aims.cooperation_id = cooperation.cooperation_id
    )

select
    partner_themes.partner_id,
    partner.name_cs as partner_name_cs,
    partner.name_en as partner_name_en,
    partner_themes.theme_id,
    themes.label_cs as theme_cs,
    themes.label_en as theme_en,
    themes.has_open_source,
    themes.can_say_cs,
    themes.can_say_en,
    themes.cannot_say_cs,
    themes.cannot_say_en
from partner_themes
left join {{ ref("partner") }} as partner on partner_themes.partner_id = partner.partner_id
left join
    {{ ref("agency_theme") }} as themes
    on partner_themes.theme_id = themes.theme_id
    and themes.world = '{{ world() }}'
