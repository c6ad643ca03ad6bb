{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "territory: the parent of every territory exists on its level when the interval begins",
                "remedy": "Look at the snapshot that names the parent; a code list may lack it.",
            },
        }
    )
}}

select children.territory_level, children.territory_code, children.valid_from, children.parent_code
from {{ ref("territory") }} as children
left join
    {{ ref("territory") }} as parents
    on children.parent_level = parents.territory_level
    and children.parent_code = parents.territory_code
    and parents.valid_from <= children.valid_from
    and (parents.valid_to is null or parents.valid_to >= children.valid_from)
where children.parent_level is not null and parents.territory_code is null
