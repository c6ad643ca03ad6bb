-- One row per municipality below 1,000 inhabitants and sex, with inhabitants by age
{{ population_by_age(source("raw", "csu__population_by_age_under_1000"), "age_") }}
