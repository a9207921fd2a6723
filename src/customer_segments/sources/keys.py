"""Keys that are the same however two tables write them: `12345.0` and `12345`, `007` and `7`."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from customer_segments.sources.part import trimmed

SHORT = 40  # signs of a key that are shown
BETWEEN = "\x1f"  # the columns of a key


class Alike(NamedTuple):
    """The SQL of a key on both sides."""

    here: str
    there: str


def alike(connection: duckdb.DuckDBPyConnection, here: tuple[str, list[str]], there: tuple[str, list[str]]) -> Alike:
    """The keys of two tables, each given by its name and the cells of its key, so that the same ones are equal."""
    pairs = [_pair(connection, (here[0], one), (there[0], other)) for one, other in zip(here[1], there[1], strict=True)]
    return Alike(_whole([one for one, _ in pairs]), _whole([other for _, other in pairs]))


def bare(cell: str) -> str:
    """The SQL of a cell of a key, without blanks around it or the point that spreadsheets give all numbers."""
    text = f"nfc_normalize({trimmed(cell)})"
    return f"CASE WHEN suffix({cell}, '0') THEN regexp_replace({text}, '^([+-]?[0-9]+)\\.0+$', '\\1') ELSE {text} END"


def shown(key: str) -> str:
    """A key for a sentence."""
    text = " / ".join(key.split(BETWEEN))
    return repr(text if len(text) <= SHORT else f"{text[: SHORT - 1]}…")


def _whole(cells: list[str]) -> str:
    """One text of all columns of a key; nothing where one is empty."""
    return cells[0] if len(cells) == 1 else f" || chr({ord(BETWEEN)}) || ".join(f"({each})" for each in cells)


def _pair(connection: duckdb.DuckDBPyConnection, here: tuple[str, str], there: tuple[str, str]) -> tuple[str, str]:
    """One column of a key on both sides; without zeros before it where one side only writes them."""
    padded, widths = zip(*(_zeros(connection, *side) for side in (here, there)), strict=True)
    one, other = bare(here[1]), bare(there[1])
    if None in padded or padded[0] == padded[1] or not all(widths):
        return one, other
    return _unpadded(one), _unpadded(other)


def _unpadded(text: str) -> str:
    return f"CASE WHEN {text} IS NOT NULL THEN coalesce(nullif(ltrim({text}, '0'), ''), '0') END"


def _zeros(connection: duckdb.DuckDBPyConnection, table: str, cell: str) -> tuple[bool | None, bool]:
    """Whether a column of digits has zeros before its numbers (None: others than digits), and can do without."""
    query = (
        f"SELECT bool_and(regexp_full_match(k, '[0-9]+')), bool_or(prefix(k, '0') AND length(k) > 1), "
        f"count(DISTINCT k) = count(DISTINCT {_unpadded('k')}) FROM (SELECT {bare(cell)} AS k FROM {table})"
    )
    digits, padded, distinct = connection.execute(query).fetchone()
    return (padded if digits else None), bool(distinct)
