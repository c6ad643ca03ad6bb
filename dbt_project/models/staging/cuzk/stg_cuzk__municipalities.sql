-- One row per municipality and edition of the RÚIAN code list UI_OBEC
select
    _edition as edition,
    {{ parse_date("_reference_date") }} as reference_date,
    municipality_code,
    municipality_name,
    -- RÚIAN numbers the statuses; the statistical office's letters are used everywhere else.
    case
        status_code
        when '1'
        then 'U'
        when '2'
        then 'O'
        when '3'
        then 'M'
        when '4'
        then 'S'
        when '5'
        then 'H'
        when '6'
        then 'T'
    end as municipality_status,
    pou_ruian_code,
    district_ruian_code,
    {{ parse_date("valid_from") }} as valid_from,
    -- The last day on which the municipality existed; empty while it does.
    {{ parse_open_end("valid_to") }} as valid_to,
    {{ parse_date("founded") }} as founded
from {{ source("raw", "cuzk__municipalities") }}
