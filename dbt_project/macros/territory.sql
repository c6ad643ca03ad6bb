{#-
    Matches two numberings of areas by the municipalities they have in common. `pairs` has a row for
    each municipality (or whatever else `counted_as` names) with both codes; `within` names columns of
    separate matchings (dates). The pair that shares the most, seen from both sides, is the match; a tie on either side is none.
-#}
{% macro mutual_best_match(pairs, left, right, within=[], counted_as="shared_municipalities") -%}
    {%- set group = within | join(", ") ~ (", " if within else "") %}
    select {{ group }}{{ left }}, {{ right }}, municipalities as {{ counted_as }}
    from
        (
            select
                shared.*,
                count(*) over (partition by {{ group }}{{ left }}) as matches_of_left,
                count(*) over (partition by {{ group }}{{ right }}) as matches_of_right
            from
                (
                    select
                        counted.*,
                        max(municipalities) over (
                            partition by {{ group }}{{ left }}
                        ) as most_of_left,
                        max(municipalities) over (
                            partition by {{ group }}{{ right }}
                        ) as most_of_right
                    from
                        (
                            select {{ group }}{{ left }}, {{ right }}, count(*) as municipalities
                            from {{ pairs }}
                            group by {{ group }}{{ left }}, {{ right }}
                        ) as counted
                ) as shared
            where municipalities = most_of_left and municipalities = most_of_right
        ) as mutual
    where matches_of_left = 1 and matches_of_right = 1
{%- endmacro %}
