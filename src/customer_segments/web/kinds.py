"""What DuckDB's columns hold, for readers, and how they are called in a query."""

from __future__ import annotations

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = (*NUMBERS, "DOUBLE", "FLOAT", "DECIMAL")


def kind(stored: str) -> str:
    """What a column holds for a reader: `number`, `flag`, `date` or `text`."""
    if stored.startswith(NUMBERS):
        return "number"
    if stored == "BOOLEAN":
        return "flag"
    return "date" if stored.startswith(("DATE", "TIMESTAMP")) else "text"


def quoted(name: str) -> str:
    """A column's name as it stands in a query."""
    return '"' + name.replace('"', '""') + '"'
