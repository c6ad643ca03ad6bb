-- One row per dimension of an indicator: what a part of the whole is called
select dimension, kind, name_cs, name_en from {{ ref("dimension_catalogue") }}
