"""Which tables belong together: a column of one is the key of another, by its name and by its values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product
from pathlib import Path

import duckdb

from customer_segments.base.params import Format
from customer_segments.sources import guess, keys, looks, naming
from customer_segments.sources.part import Part, cell
from customer_segments.sources.parts import called, placed, reread, rows_of
from customer_segments.sources.scoring import plain_letters

ID_WORDS = frozenset("id ids no nr num number nummer numero key code uuid guid ref entity pk fk sk".split())  # noqa: SIM905
ID_ENDS = ("nummer", "number", "code", "uuid", "key", "nr", "no", "id")  # of words written in one
NEVER = ("quantity", "unit_price", "amount", "ordered_at", "line_number", "age")  # what is called so is no key
NEVER_OF_TWO = tuple(each for each in NEVER if each != "line_number")  # which beside an order's number tells a line
SAME, OF_TABLE, PART_OF = 1.0, 0.8, 0.6  # how much names tell
BY_VALUES = 0.5  # where only the values speak, which then have to be long, and all to be found
LONG, ALL_FOUND = 8, 0.98
LEAST = 0.5  # of the rows; below, it is no key
FILLED = 0.9  # of the cells of a key
DIFFERENT = 0.45  # of the cells of a key in a sample, where all rows may stand twice; the whole table bears it out


@dataclass(frozen=True)
class Given:
    """A table that was given: where it is, how it was opened, and its rows."""

    places: tuple[str, ...]
    parts: list[Part]
    written: Format

    @property
    def name(self) -> str:
        """What a person calls it."""
        sheet = self.written.sheet
        return f"sheet {sheet!r} of {self.parts[0].name}" if sheet else called(self.parts)

    @property
    def title(self) -> str:
        """Its name as far as it tells what is in it."""
        return self.written.sheet or self.parts[0].name.partition(".")[0]


def pattern(places: Sequence[str]) -> str:
    """What names all of the places: one, or the files of their folder that are called alike."""
    if len(places) == 1:
        return places[0]
    folder = os.path.commonpath([str(Path(place).parent) for place in places])
    names = [os.path.relpath(place, folder) for place in places]
    first, last = min(names), max(names)
    alike = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    ends = {Path(name).suffix for name in names}
    return f"{folder}/{first[:alike]}*{ends.pop() if alike and len(ends) == 1 else ''}"


@dataclass(frozen=True)
class Link:
    """Rows of one table name those of another: by which columns, and how many find theirs."""

    here: int
    there: int
    by: tuple[tuple[str, str], ...]
    told: float  # how much the names tell
    keyed: int
    met: int
    several: bool  # whether one row there is named by several here

    @property
    def share(self) -> float:
        return self.met / self.keyed if self.keyed else 0.0


def links(connection: duckdb.DuckDBPyConnection, given: Sequence[Given]) -> list[Link]:
    """For each two tables the best key by which the first names rows of the second, if there is one."""
    for number, each in enumerate(given):
        try:
            _store(connection, number, each.parts)
        except duckdb.Error:
            _store(connection, number, reread(each.parts))
    found = []
    for here, there in permutations(range(len(given)), 2):
        tried = (_link(connection, given, here, there, *pair) for pair in _candidates(given[here], given[there]))
        good = [link for link in tried if link is not None]
        found += [max(good, key=lambda link: (link.told, link.share))] if good else []
    for number in range(len(given)):
        connection.execute(f"DROP TABLE given_{number}")
    return found


def _store(connection: duckdb.DuckDBPyConnection, number: int, parts: list[Part]) -> None:
    rows = rows_of(placed(connection, parts), list(parts[0].columns))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE given_{number} AS {rows}")


def _candidates(here: Given, there: Given) -> Iterator[tuple[tuple[tuple[str, str], ...], float]]:
    """Columns that may be a key, with how much their names tell; the most telling first."""
    ours, theirs = _columns(here), _columns(there)
    told = [
        (name_told(one, other, there.title), one, other)
        for one, other in product(ours, theirs)
        if _unique(theirs[other])
    ]
    told += [(BY_VALUES, one, other) for score, one, other in told if not score and _long(theirs[other])]
    single = sorted((each for each in told if each[0]), key=lambda each: -each[0])
    yield from (((pair,), score) for score, *columns_ in single for pair in [(columns_[0], columns_[1])])
    if not any(score >= OF_TABLE for score, *_ in single):
        ours, theirs = _columns(here, NEVER_OF_TWO), _columns(there, NEVER_OF_TWO)
        same = [n for n in theirs if n in ours and not _unique(theirs[n]) and len(set(theirs[n])) > 1]
        yield from ((tuple((name, name) for name in pair), SAME) for pair in combinations(same[:6], 2))


def _columns(given: Given, never: Sequence[str] = NEVER) -> dict[str, list[str]]:
    """The columns that may be a key, with a sample of their cells."""
    filled: dict[str, list[str]] = {name: [] for name in given.parts[0].columns}
    for part in given.parts:
        for name, texts in part.filled().items():
            filled[name] += texts
    return {name: texts for name, texts in filled.items() if _may_be_key(name, texts, never)}


def _may_be_key(name: str, texts: list[str], never: Sequence[str]) -> bool:
    if not texts or set(naming.says(name)) & set(never) or guess.readable(texts, "flag") == 1 or looks.fractions(texts):
        return False
    return all(text.isdigit() for text in texts) or guess.readable(texts, "time") < FILLED


def _unique(texts: list[str]) -> bool:
    return len(set(texts)) >= DIFFERENT * len(texts)


def _long(texts: list[str]) -> bool:
    return sorted(map(len, texts))[len(texts) // 2] >= LONG


def name_told(one: str, other: str, title: str) -> float:
    """How much two columns' names tell that the first names rows of the other's table, which has a title."""
    here, there = _bare(one), _bare(other)
    if here and here == there:
        return SAME
    if not here:
        return 0.0
    if not there:
        words = _words(title)
        return OF_TABLE if words and any(_alike(here[-1], word) for word in words[-2:]) else 0.0
    return PART_OF if here[-len(there) :] == there else 0.0


def _bare(name: str) -> list[str]:
    """The words of a column's name but for those that say that it is an id."""
    found = [word for word in _words(name) if word not in ID_WORDS]
    if len(found) == 1 == len(_words(name)):
        end = next((end for end in ID_ENDS if found[0].endswith(end) and len(found[0]) > len(end) + 1), "")
        return [found[0].removesuffix(end)]
    return found


def _words(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain_letters(name))
    return re.findall(r"[^\W_]+", apart.lower())


def _alike(one: str, other: str) -> bool:
    """Whether two words are the same but for their number: order and orders, category and categories."""
    common = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    common = min(len(one), len(other)) if common is None else common
    return common >= 4 and common >= min(len(one), len(other)) - 1 and abs(len(one) - len(other)) <= 3


def _link(
    connection: duckdb.DuckDBPyConnection, given: Sequence[Given], here: int, there: int,
    by: tuple[tuple[str, str], ...], told: float,
) -> Link | None:  # fmt: skip
    """The link, if all rows bear it out: the key is one there, and is found from here."""
    sides = [
        (f"given_{number}", [cell(given[number].parts[0].columns.index(pair[side])) for pair in by])
        for side, number in enumerate((here, there))
    ]
    key = keys.alike(connection, *sides)
    different = ", ".join(cell(place) for place in range(len(given[there].parts[0].columns)))
    rows = f"SELECT DISTINCT {different} FROM {sides[1][0]}"
    partners = f"SELECT {key.there} AS k, count(*) AS n FROM ({rows}) GROUP BY k"
    counts = f"SELECT coalesce(max(n), 0) > 1, count(*) FROM ({partners}) WHERE k IS NOT NULL"
    twice, alone = connection.execute(counts).fetchone()
    if twice or not alone:
        return None
    query = (
        f"SELECT count(k), count(p.k2), count(DISTINCT p.k2) FROM (SELECT {key.here} AS k FROM {sides[0][0]}) "
        f"LEFT JOIN (SELECT k AS k2 FROM ({partners})) p ON k = p.k2"
    )
    keyed, met, named = connection.execute(query).fetchone()
    if not keyed or met < (ALL_FOUND if told == BY_VALUES else LEAST) * keyed:
        return None
    return Link(here, there, by, told, keyed, met, met > named)
