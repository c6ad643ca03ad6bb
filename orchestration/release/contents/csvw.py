"""CSV on the Web: what the columns of a CSV file are, for programs that read it.

A table that leads to others is described as a group with them, because a foreign key may only
point to a table of its own group.
"""

import re
from typing import Any

from orchestration.release.contents.declaration import Table

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "cs"}]
_DATATYPES = {
    "string": "string",
    "bool": "boolean",
    "int8": "byte",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "double": "double",
    "date32[day]": "date",
    "timestamp[us]": "dateTime",
}


def metadata(table: Table, tables: dict[str, Table]) -> dict[str, Any]:
    """The metadata document of one table's CSV file."""
    foreign = table.keys_of("foreign")
    own = _described(table)
    if not foreign:
        return {"@context": CONTEXT, **own}
    own["tableSchema"]["foreignKeys"] = [
        {
            "columnReference": list(key.columns),
            "reference": {"resource": f"{key.table}.csv", "columnReference": list(key.to)},
        }
        for key in foreign
    ]
    others = sorted({str(key.table) for key in foreign} - {table.name})
    return {"@context": CONTEXT, "tables": [own, *(_described(tables[name]) for name in others)]}


def _described(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [
            {
                "name": column.name,
                # The heading of the file comes first, in no language: by it the column is found.
                "titles": {"und": column.name, **column.label},
                "dc:description": {"@value": column.description, "@language": "en"},
                "datatype": datatype(column.type),
                "required": column.is_required,
                **({"dc:extent": column.unit} if column.unit else {}),
            }
            for column in table.columns
        ]
    }
    primary = table.key("primary")
    if primary:
        schema["primaryKey"] = list(primary.columns)
    return {
        "url": f"{table.name}.csv",
        "dc:title": [{"@value": text, "@language": tag} for tag, text in table.label.items()],
        "dc:description": {"@value": table.description, "@language": "en"},
        "null": "",
        "tableSchema": schema,
    }


def datatype(arrow: str) -> str:
    """The datatype of CSVW for a type of Parquet; raises ValueError for one it cannot say."""
    if re.fullmatch(r"decimal128\(\d+, \d+\)", arrow):
        return "decimal"
    if arrow not in _DATATYPES:
        raise ValueError(f"no datatype of CSVW is declared for {arrow}")
    return _DATATYPES[arrow]
