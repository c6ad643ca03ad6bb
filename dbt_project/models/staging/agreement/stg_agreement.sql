-- One row per dataset by agreement that this build reads
select
    dataset_id,
    reference as agreement_reference,
    provider_cs,
    provider_en,
    recipient_cs,
    recipient_en,
    concluded as concluded_on,
    expires as expires_on,
    access as access_class,
    permitted_use_cs,
    permitted_use_en,
    cast(minimum_count as integer) as minimum_count,
    levels as published_levels,
    contact_cs,
    contact_en,
    after_expiry
from {{ source("terms", "agreement") }}
