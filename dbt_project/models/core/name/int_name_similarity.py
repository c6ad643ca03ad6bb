# One row per pair of int_name_pair: how alike the two spellings are, from 0 to 100
#
# SQL has no such measure; this one step is Python and yields it, and SQL decides what follows.

import re


def model(dbt, session):
    dbt.config(materialized="table")

    import pandas as pd
    from rapidfuzz import fuzz
    from rapidfuzz.utils import default_process

    pairs = (
        dbt.ref("int_name_pair")
        .project("name_id, source_name, territory_code, territory_name")
        .order("name_id, territory_code, territory_name")
        .fetchall()
    )

    def words(name):
        return re.findall(r"\w+\.?", name)

    def shortened(name, like):
        """The name with its words cut as short as those of an abbreviated name."""
        pattern, full = words(like), words(name)
        if "." not in like or len(pattern) != len(full):
            return name
        return " ".join(
            word[: len(short.rstrip("."))] for word, short in zip(full, pattern, strict=True)
        )

    def alike(source, name):
        cut = shortened(name, source)
        return fuzz.ratio(
            " ".join(words(source.replace(".", ". "))), cut, processor=default_process
        )

    return pd.DataFrame(
        {
            "name_id": pd.Series([row[0] for row in pairs], dtype="str"),
            "territory_code": pd.Series([row[2] for row in pairs], dtype="str"),
            "territory_name": pd.Series([row[3] for row in pairs], dtype="str"),
            "similarity": pd.Series([alike(row[1], row[3]) for row in pairs], dtype="float64"),
        }
    )
