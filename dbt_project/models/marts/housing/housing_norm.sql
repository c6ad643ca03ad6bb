-- One row per size class of municipality, size of household and period of validity
select
    size_class,
    household_persons,
    is_largest_household,
    inhabitants_from,
    inhabitants_to,
    norm_czk_month,
    norm_area_m2,
    valid_from,
    valid_to,
    legal_citation,
    amount_basis,
    area_basis,
    is_verified
from {{ ref("housing_norm_catalogue") }}
