{{
    config(
        meta={
            "agis": {
                "severity": "error",
                "title": "indicator_value: parts by sex and age sum to the whole, except for those whose age or sex is not known",
                "remedy": "Compare the parts with the source: a part read for another shows here; a new gap of the source is declared in this test with its number.",
            },
            "dagster": {"ref": {"name": "indicator_value"}},
        }
    )
}}

-- What a table leaves out is counted: persons in personal insolvency whose sex or age it does not
-- say, as found in the file. Distraint has only some ages, which may not exceed the whole.
with
    gaps as (
        {% for period, by_sex, by_age in [
            ("2018", 13, 188),
            ("2019", 223, 223),
            ("2020", 278, 279),
            ("2021", 0, 2),
            ("2022", 239, 239),
        ] %}
            {% for kind, gap in [("sex", by_sex), ("age", by_age)] %}
                select
                    'insolvency' as indicator_id,
                    '{{ period }}' as period,
                    '{{ kind }}' as kind,
                    {{ gap }} as gap
                union all
            {% endfor %}
        {% endfor %}
        select 'none' as indicator_id, '' as period, '' as kind, 0 as gap
    ),

    parts as (
        select
            figures.territory_level,
            figures.territory_code,
            figures.indicator_id,
            figures.period,
            dimensions.kind,
            sum(figures.numerator) as numerator
        from {{ ref("indicator_value") }} as figures
        inner join
            {{ ref("indicator_dimension") }} as dimensions
            on figures.dimension = dimensions.dimension
        where dimensions.kind in ('sex', 'age')
        group by
            figures.territory_level,
            figures.territory_code,
            figures.indicator_id,
            figures.period,
            dimensions.kind
    ),

    compared as (
        select
            parts.*,
            wholes.numerator as whole,
            wholes.numerator - parts.numerator as left_out,
            coalesce(gaps.gap, 0) as declared
        from parts
        inner join
            {{ ref("indicator_value") }} as wholes
            on parts.territory_level = wholes.territory_level
            and parts.territory_code = wholes.territory_code
            and parts.indicator_id = wholes.indicator_id
            and parts.period = wholes.period
            and wholes.dimension = 'total'
        left join
            gaps
            on parts.indicator_id = gaps.indicator_id
            and parts.period = gaps.period
            and parts.kind = gaps.kind
    )

select *
from compared
where
    left_out < 0
    or (indicator_id = 'population_by_age' and left_out <> 0)
    or (
        indicator_id = 'insolvency'
        and territory_level = 'country'
        and '{{ world() }}' = 'real'
        and left_out <> declared
    )
