-- One row per sheet (region or country), line of the report and year, crime by region since 2016
select
    _edition as edition,
    cast(_edition as integer) as year,
    _sheet as sheet,
    crime_code,
    crime_name,
    -- The line of all crime; the range of codes before its name changes from year to year.
    upper(replace(trim(crime_name), ':', '')) = 'CELKOVÁ KRIMINALITA' as is_all_crime,
    -- The lines of three kinds, whose spelling changes too.
    case
        lower(trim(regexp_replace(crime_name, ' *(celkem)? *:? *$', '')))
        when 'násilná kriminalita'
        then 'crime_violent'
        when 'násilné činy'
        then 'crime_violent'
        when 'krádeže vloupáním'
        then 'crime_burglary'
        when 'krádeže prosté'
        then 'crime_theft'
    end as crime_kind,
    cast(recorded as bigint) as recorded,
    cast(cleared as bigint) as cleared
from {{ source("raw", "policie__crime_by_region") }}
