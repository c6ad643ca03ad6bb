-- One row per series: one source and one definition of an indicator
select
    series.series_id,
    series.indicator_id,
    series.source_dataset,
    series.title_cs,
    series.title_en,
    series.definition_note_cs,
    series.definition_note_en,
    series.period_from,
    series.period_to,
    min(leaders.period_from) as leading_from,
    case
        when count(leaders.period_from) = count(leaders.period_to) then max(leaders.period_to)
    end as leading_to,
    count(leaders.period_from) > 0 as is_leading
from {{ ref("series_catalogue") }} as series
left join {{ ref("leading_series") }} as leaders on series.series_id = leaders.series_id
group by
    series.series_id,
    series.indicator_id,
    series.source_dataset,
    series.title_cs,
    series.title_en,
    series.definition_note_cs,
    series.definition_note_en,
    series.period_from,
    series.period_to
