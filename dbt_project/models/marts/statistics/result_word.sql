-- One row per kind of result, polarity of the indicator and direction found
select kind, polarity, direction, result, word_cs, word_en from {{ ref("result_word_catalogue") }}
