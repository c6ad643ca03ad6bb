-- One row per municipality with 1,000 inhabitants and more and sex, with inhabitants by age
{{ population_by_age(source("raw", "csu__population_by_age_from_1000"), "band_age_") }}
