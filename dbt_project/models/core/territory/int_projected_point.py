# One row per municipality: its definition point in EPSG:5514 (S-JTSK / Krovak East North)
#
# SQL has no projection without an extension, so this one step is Python; it yields points only.


def model(dbt, session):
    dbt.config(materialized="table")

    import pandas as pd
    from pyproj import Transformer

    rows = (
        dbt.ref("int_definition_point")
        .project("municipality_code, longitude, latitude")
        .order("municipality_code")
        .fetchall()
    )
    transformer = Transformer.from_crs("EPSG:4326", "EPSG:5514", always_xy=True)
    x, y = transformer.transform([row[1] for row in rows], [row[2] for row in rows])
    return pd.DataFrame(
        {
            "municipality_code": pd.Series([row[0] for row in rows], dtype="str"),
            "x_m": pd.Series(list(x), dtype="float64"),
            "y_m": pd.Series(list(y), dtype="float64"),
        }
    )
