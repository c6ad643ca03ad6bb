-- One row per indicator and caveat: the required ones by theme or unit, and the indicator's own
with
    required as (
        select distinct
            catalogue.indicator_id,
            caveats.caveat_id,
            true as is_required,
            caveats.text_cs,
            caveats.text_en
        from {{ ref("indicator_catalogue") }} as catalogue
        inner join
            {{ ref("required_caveat") }} as caveats
            on catalogue.theme = coalesce(caveats.theme, catalogue.theme)
            and catalogue.numerator_unit
            = coalesce(caveats.numerator_unit, catalogue.numerator_unit)
    )

select indicator_id, caveat_id, is_required, text_cs, text_en
from required
union all
select
    indicator_id,
    'own' as caveat_id,
    false as is_required,
    caveats_cs as text_cs,
    caveats_en as text_en
from {{ ref("indicator_catalogue") }}
