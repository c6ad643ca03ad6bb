-- One row per ORP by name and edition of the newsroom's table of housing need
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    -- »Aš (Karlovarský kraj)«
    regexp_extract(orp_name, '^(.+) [(](.+)[)]$', 1) as orp_name,
    regexp_extract(orp_name, '^(.+) [(](.+)[)]$', 2) as region_name,
    {% for place in ["housing_need", "hostels", "shelters"] %}
        cast(families_in_{{ place }} as bigint) as families_in_{{ place }},
        cast(persons_in_{{ place }} as bigint) as persons_in_{{ place }},
        cast(children_in_{{ place }} as bigint) as children_in_{{ place }},
    {% endfor %}
    cast(homeless_persons as bigint) as homeless_persons
from {{ source("raw", "rozhlas__housing_need") }}
