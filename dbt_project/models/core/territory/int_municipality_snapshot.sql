-- One row per municipality and snapshot of the territorial sources, empty where a source is silent
with
    districts as (
        select
            cis101_code,
            max_by(district_code, reference_date) as district_code,
            max_by(ruian_code, reference_date) as ruian_code
        from {{ ref("stg_csu__districts") }}
        where not is_extra_regio
        group by cis101_code
    ),

    -- Each POÚ lies in one ORP; the latest statement of both side by side says in which.
    pou_orp_pairs as (
        select pou_code, orp_code, snapshot_date as stated_on
        from {{ ref("stg_csu__territory_structure") }}
        where pou_code is not null and orp_code is not null
        union all
        select pou.pou_code, orp.orp_code, pou.reference_date as stated_on
        from {{ ref("stg_csu__municipality_pou") }} as pou
        inner join
            {{ ref("stg_csu__municipality_orp") }} as orp
            on pou.municipality_code = orp.municipality_code
            and pou.reference_date = orp.reference_date
    ),

    pou_orp_counts as (
        select pou_code, orp_code, stated_on, count(*) as municipalities
        from pou_orp_pairs
        group by pou_code, orp_code, stated_on
    ),

    pou_orp as (
        select
            pou_code,
            max_by(
                orp_code,
                {{ ordered_pair("stated_on", ordered_pair("municipalities", "orp_code")) }}
            ) as orp_code
        from pou_orp_counts
        group by pou_code
    ),

    -- name_rank: where several sources of one date name a municipality, its own code list goes
    -- first.
    stated as (
        select
            municipality_code,
            snapshot_date,
            municipality_name,
            1 as name_rank,
            municipality_status,
            pou_code,
            orp_code,
            district_code,
            region_code
        from {{ ref("stg_csu__territory_structure") }}
        union all
        select
            municipality_code,
            reference_date as snapshot_date,
            municipality_name,
            1 as name_rank,
            null as municipality_status,
            null as pou_code,
            null as orp_code,
            null as district_code,
            null as region_code
        from {{ ref("stg_csu__municipalities") }}
        where valid_from <= reference_date and (valid_to is null or valid_to >= reference_date)
        union all
        select
            municipality_code,
            reference_date as snapshot_date,
            municipality_name,
            2 as name_rank,
            null as municipality_status,
            pou_code,
            null as orp_code,
            null as district_code,
            null as region_code
        from {{ ref("stg_csu__municipality_pou") }}
        union all
        select
            municipality_code,
            reference_date as snapshot_date,
            municipality_name,
            3 as name_rank,
            null as municipality_status,
            null as pou_code,
            orp_code,
            null as district_code,
            null as region_code
        from {{ ref("stg_csu__municipality_orp") }}
        union all
        select
            links.municipality_code,
            links.reference_date as snapshot_date,
            links.municipality_name,
            4 as name_rank,
            null as municipality_status,
            null as pou_code,
            null as orp_code,
            districts.district_code,
            district_region.region_code
        from {{ ref("stg_csu__municipality_district") }} as links
        left join districts on links.cis101_code = districts.cis101_code
        left join
            {{ ref("int_district_region") }} as district_region
            on districts.district_code = district_region.district_code
        union all
        -- RÚIAN uses codes of its own; where one is not in the lists, the statement is missing.
        select
            municipalities.municipality_code,
            municipalities.reference_date as snapshot_date,
            municipalities.municipality_name,
            1 as name_rank,
            municipalities.municipality_status,
            crosswalk.pou_code,
            pou_orp.orp_code,
            districts.district_code,
            district_region.region_code
        from {{ ref("stg_cuzk__municipalities") }} as municipalities
        left join
            {{ ref("int_pou_crosswalk") }} as crosswalk
            on municipalities.pou_ruian_code = crosswalk.pou_ruian_code
        left join pou_orp on crosswalk.pou_code = pou_orp.pou_code
        left join districts on municipalities.district_ruian_code = districts.ruian_code
        left join
            {{ ref("int_district_region") }} as district_region
            on districts.district_code = district_region.district_code
        where
            municipalities.valid_to is null
            or municipalities.valid_to >= municipalities.reference_date
        union all
        -- Before the structure workbooks this publication alone lists all municipalities, under
        -- the district codes of its time.
        select
            figures.municipality_code,
            figures.reference_date as snapshot_date,
            figures.municipality_name,
            5 as name_rank,
            null as municipality_status,
            null as pou_code,
            null as orp_code,
            district_region.district_code,
            district_region.region_code
        from {{ ref("stg_csu__population") }} as figures
        left join
            {{ ref("int_district_crosswalk") }} as renumbered
            on figures.reference_date = renumbered.reference_date
            and figures.district_code = renumbered.former_code
        left join
            {{ ref("int_district_region") }} as district_region
            on coalesce(renumbered.district_code, figures.district_code)
            = district_region.district_code
        union all
        -- MOS gives the names of today for earlier years, so it states none here.
        select
            municipality_code,
            snapshot_date,
            null as municipality_name,
            6 as name_rank,
            null as municipality_status,
            null as pou_code,
            orp_code,
            null as district_code,
            null as region_code
        from {{ ref("int_mos_snapshot") }}
    ),

    merged as (
        select
            municipality_code,
            snapshot_date,
            min_by(municipality_name, name_rank) as municipality_name,
            max(municipality_status) as municipality_status,
            max(pou_code) as pou_code,
            coalesce(max(case when name_rank < 6 then orp_code end), max(orp_code)) as orp_code,
            max(district_code) as district_code,
            max(region_code) as region_code
        from stated
        where snapshot_date is not null
        group by municipality_code, snapshot_date
    ),

    -- A snapshot that names the ORP but not the POÚ confirms the POÚ as long as the ORP is the
    -- same;
    -- where the ORP has changed, the POÚ has too, and a later snapshot will name it.
    runs as (
        select
            *,
            sum(case when pou_code is not null then 1 else 0 end) over (
                partition by municipality_code
                order by snapshot_date
                rows between unbounded preceding and current row
            ) as pou_run
        from merged
    ),

    carried as (
        select
            *,
            max(pou_code) over (partition by municipality_code, pou_run) as last_pou_code,
            min(snapshot_date) over (partition by municipality_code, pou_run) as pou_stated_on
        from runs
    )

select
    carried.municipality_code,
    carried.snapshot_date,
    carried.municipality_name,
    carried.municipality_status,
    case
        when carried.pou_code is not null
        then carried.pou_code
        when carried.orp_code = stating.orp_code
        then carried.last_pou_code
    end as pou_code,
    carried.orp_code,
    carried.district_code,
    carried.region_code
from carried
left join
    merged as stating
    on carried.municipality_code = stating.municipality_code
    and carried.pou_stated_on = stating.snapshot_date
    and carried.last_pou_code = stating.pou_code
