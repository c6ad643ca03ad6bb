-- One row per operation: what its rows agree on
with
    themed as (
        select
            operations.*,
            case
                when operations.intervention_code is null or operations.intervention_code = ''
                then 'not_stated'
                else coalesce(themes.theme, 'other')
            end as theme
        from {{ ref("int_eu_operation_row") }} as operations
        left join
            {{ ref("funding_theme") }} as themes
            on themes.code_list
            = concat('intervention_', replace(operations.funding_period, '-', '_'))
            and operations.intervention_code = themes.code
    )

-- A list repeats an operation for each contract, place and intervention, its amounts with it: they
-- are taken once, and where the rows of one operation disagree none of them is.
select
    funding_period,
    source_dataset,
    source_edition,
    max(reference_date) as reference_date,
    project_number,
    min(project_name) as project_name,
    min(programme_code) as programme_code,
    min(state_name) as state_name,
    case
        when count(distinct theme) filter (where theme <> 'not_stated') > 1
        then 'several_themes'
        else coalesce(min(theme) filter (where theme <> 'not_stated'), 'not_stated')
    end as theme,
    case
        when count(distinct eligible_parts) > 1 or count(distinct eu_parts) > 1
        then 'rows_disagree'
        when count(eligible_parts) = 0 or count(eu_parts) = 0
        then 'not_stated'
        else 'stated'
    end as amount_status,
    case when count(distinct eligible_parts) = 1 then min(eligible_parts) end as eligible_parts,
    case when count(distinct eu_parts) = 1 then min(eu_parts) end as eu_parts
from themed
group by funding_period, source_dataset, source_edition, project_number
