-- One row per area, indicator and year: the sums that the index is measured against
-- Of the index workbook alone: other sources of the same indicators never enter the index.
select
    area_level,
    area_code,
    indicator_id,
    cast(period as integer) as year,
    numerator_parts,
    parts_per_unit,
    denominator
from {{ ref("int_area_total") }}
where source_dataset = 'asz__social_exclusion_index'
