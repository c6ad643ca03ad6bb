{#- The variables of each set of peers, as in the seed peer_variable_catalogue and in column names. -#}
{% macro peer_variables() %}
    {{
        return(
            {
                "structural": [
                    "size",
                    "density",
                    "young",
                    "old",
                    "centre_distance",
                    "rent",
                ],
                "similar_need": [
                    "distraint",
                    "housing_allowance",
                    "subsistence_allowance",
                    "long_term_jobseekers",
                    "early_leavers",
                ],
            }
        )
    }}
{% endmacro %}
