{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_caveat: every indicator has its required caveats and one of its own",
                "remedy": "Add the theme or unit of the indicator named here to the seed required_caveat, or its own caveat to indicator_catalogue.",
            },
            "dagster": {"ref": {"name": "indicator_caveat"}},
        }
    )
}}

-- Two for all, one for whatever counts registered people, one for whatever counts benefits. Rents,
-- schools, money and places of services count no registered people.
with
    required as (
        select catalogue.indicator_id, wanted.caveat_id
        from {{ ref("indicator_catalogue") }} as catalogue
        inner join
            (
                {% for caveat in [
                    "not_for_decisions",
                    "rank_is_not_level",
                    "registered_at_town_hall",
                    "fewer_benefits_is_not_less_need",
                    "own",
                ] %}
                    select '{{ caveat }}' as caveat_id
                    {% if not loop.last %}
                        union all
                    {% endif %}
                {% endfor %}
            ) as wanted
            on wanted.caveat_id in ('not_for_decisions', 'rank_is_not_level', 'own')
            or (
                wanted.caveat_id = 'registered_at_town_hall'
                and catalogue.theme in ('debt', 'benefits', 'work', 'population', 'safety')
            )
            or (
                wanted.caveat_id = 'fewer_benefits_is_not_less_need'
                and (catalogue.theme = 'benefits' or catalogue.numerator_unit = 'benefits')
            )
    )

select required.*
from required
left join
    {{ ref("indicator_caveat") }} as found
    on required.indicator_id = found.indicator_id
    and required.caveat_id = found.caveat_id
    and trim(found.text_cs) <> ''
    and trim(found.text_en) <> ''
where found.indicator_id is null
