-- One row per dataset by agreement that this release reads, with the terms it is published under
select * from {{ ref("stg_agreement") }}
