-- One row per municipality, index input and year: the municipality's own shares and sub-scores
with
    cut_offs as (
        select
            indicator_id,
            valid_from_year,
            valid_to_year,
            {% for measure in ["count", "share", "lq"] %}
                max(case when measure = '{{ measure }}' then low end) as {{ measure }}_low,
                max(case when measure = '{{ measure }}' then high end) as {{ measure }}_high
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("index_cut_off") }}
        group by indicator_id, valid_from_year, valid_to_year
    ),

    measured as (
        select
            observations.municipality_code,
            observations.indicator_id,
            observations.year,
            observations.observation_status,
            observations.numerator_parts,
            observations.parts_per_unit,
            observations.denominator,
            version.index_version,
            region.area_code is not null and country.area_code is not null as has_reference,
            cast(observations.numerator_parts as double)
            / observations.parts_per_unit as count_value,
            {{
                ratio(
                    "observations.numerator_parts",
                    "observations.parts_per_unit",
                    "observations.denominator",
                    "catalogue.multiplier",
                )
            }} as share_value,
            {{
                ratio(
                    "observations.numerator_parts",
                    "observations.parts_per_unit",
                    "observations.denominator",
                    "1",
                )
            }} / nullif(
                {{
                    ratio(
                        "country.numerator_parts",
                        "country.parts_per_unit",
                        "country.denominator",
                        "1",
                    )
                }},
                0
            ) as lq_country,
            -- Parts per unit are the same above and below, so they cancel out.
            main.isv_lq_weighted(
                observations.numerator_parts,
                observations.denominator,
                region.numerator_parts,
                region.denominator,
                country.numerator_parts,
                country.denominator,
                version.region_weight,
                version.country_weight
            ) as isv_lq,
            cut_offs.count_low,
            cut_offs.count_high,
            cut_offs.share_low,
            cut_offs.share_high,
            cut_offs.lq_low,
            cut_offs.lq_high
        from {{ ref("int_observation_asz") }} as observations
        inner join
            {{ ref("indicator_catalogue") }} as catalogue
            on observations.indicator_id = catalogue.indicator_id
        inner join
            {{ ref("int_municipality_year") }} as territory
            on observations.municipality_code = territory.municipality_code
            and observations.year = territory.year
        left join
            {{ ref("int_index_area_total") }} as region
            on region.area_level = 'region'
            and territory.region_code = region.area_code
            and observations.indicator_id = region.indicator_id
            and observations.year = region.year
        left join
            {{ ref("int_index_area_total") }} as country
            on country.area_level = 'country'
            and territory.country_code = country.area_code
            and observations.indicator_id = country.indicator_id
            and observations.year = country.year
        left join
            {{ ref("index_version") }} as version
            on observations.year between version.valid_from_year and version.valid_to_year
        left join
            cut_offs
            on observations.indicator_id = cut_offs.indicator_id
            and observations.year between cut_offs.valid_from_year and cut_offs.valid_to_year
        where catalogue.is_index_input
    ),

    stated as (
        select
            *,
            case
                when observation_status <> 'observed'
                then observation_status
                when not has_reference
                then 'not_in_register'
                when
                    index_version is null
                    or count_low is null
                    or count_high is null
                    or share_low is null
                    or share_high is null
                    or lq_low is null
                    or lq_high is null
                then 'no_rule_for_year'
                else 'scored'
            end as score_status
        from measured
    )

-- With base 0 there is no share and no LQ, and the rule gives 0 points.
select
    municipality_code,
    indicator_id,
    year,
    score_status,
    numerator_parts,
    parts_per_unit,
    count_value,
    denominator,
    share_value,
    isv_lq,
    lq_country,
    case
        when score_status <> 'scored'
        then null
        when denominator = 0
        then 0
        else {{ sub_score("count_value", "count_low", "count_high") }}
    end as count_score,
    case
        when score_status <> 'scored'
        then null
        when denominator = 0
        then 0
        else {{ sub_score("share_value", "share_low", "share_high") }}
    end as share_score,
    case
        when score_status <> 'scored'
        then null
        when denominator = 0
        then 0
        else {{ sub_score("isv_lq", "lq_low", "lq_high") }}
    end as lq_score
from stated
