-- One row per ORP code of the register of schools that could be matched with an ORP code
{% set separators = "',.()/-–'" %}
{% set blanks = "'       '" %}

with
    -- The register has codes of its own and no list of them. Its organisations bear the names of
    -- municipalities of their district, and most of these lie in one ORP.
    organisations as (
        select distinct
            reference_date,
            organisation_red_izo,
            msmt_orp_code,
            district_code,
            concat(' ', translate(organisation_name, {{ separators }}, {{ blanks }}), ' ') as name
        from {{ ref("stg_msmt__school_register") }}
    ),

    municipalities as (
        select
            district_code,
            orp_code,
            valid_from,
            coalesce(valid_to, date '9999-12-31') as valid_to,
            concat(' ', translate(municipality_name, {{ separators }}, {{ blanks }}), ' ') as name
        from {{ ref("int_municipality_interval") }}
        where orp_code is not null
    ),

    pairs as (
        select distinct
            organisations.organisation_red_izo, organisations.msmt_orp_code, municipalities.orp_code
        from organisations
        inner join
            municipalities
            on organisations.district_code = municipalities.district_code
            and municipalities.valid_from <= organisations.reference_date
            and municipalities.valid_to >= organisations.reference_date
            and contains(organisations.name, municipalities.name)
    )

    {{
        mutual_best_match(
            "pairs", "msmt_orp_code", "orp_code", counted_as="shared_organisations"
        )
    }}
