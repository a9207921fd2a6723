"""How a table is to be read: which columns are which of ours, of what kind, and how their cells are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple

from customer_segments.base.contract import ROW, TABLES, UNREADABLE
from customer_segments.base.errors import StudyError
from customer_segments.sources import cells, columns, doubts, guess, looks
from customer_segments.sources.cells import Writing
from customer_segments.sources.columns import Match
from customer_segments.sources.doubts import Doubt
from customer_segments.sources.part import BLANKS, Part
from customer_segments.sources.parts import called

if TYPE_CHECKING:
    from customer_segments.base.params import Format

AMOUNT = columns.AMOUNT.name
OF_AN_ORDER = ("invoice_id", "ordered_at", "customer_id", "country")
FEWEST_FACTS = 2  # columns of numbers or flags that a list without ids has, for its rows to be numbered
EXCHANGED = str.maketrans("dm", "md")


@dataclass(frozen=True)
class Reading:
    """What a table's columns were taken for: for each of ours, in order, its kind, and how all cells are written."""

    matches: tuple[Match, ...]
    kinds: dict[str, str]
    writing: Writing
    doubts: tuple[Doubt, ...] = ()
    of_orders: tuple[str, ...] = ()  # columns that stand on the first line of each order, and hold for all of its lines

    @property
    def derived(self) -> set[str]:
        """Columns that the source does not have and that follow from others."""
        return {match.ours for match in self.matches if match.theirs is None}


def decide(table: str, parts: list[Part], names: Mapping[str, str | None], given: Format) -> Reading:
    """Look at the names and at a sample of the cells."""
    theirs = list(parts[0].columns)
    sample = {name: _filled(parts, name) for name in theirs}
    _refuse_texts(table, names, given, parts)
    rows = rows_seen(parts)
    matches = columns.recognise(table, sample, names, called(parts), given.as_text, rows, parts[0].once)
    asked = tuple(each for each in doubts.about(table, matches, rows) if names.get(each.ours, "") is not None)
    listed = not any("header" in part.facts for part in parts) and _describes(sample)
    matches = _with_derived(table, matches, names, listed)
    _refuse_lacking(table, theirs, matches, parts)
    _refuse_counted_twice(table, matches, parts)
    matches += _attributes(table, theirs, matches)
    kinds = _kinds(table, matches, sample) | {m.ours: "text" for m in matches if m.theirs in given.as_text}
    cells_of = {m.ours: (kinds[m.ours], sample[m.theirs]) for m in matches if m.theirs is not None}
    writing = cells.find_out(cells_of, given, parts[0].facts.get("delimiter"))
    return Reading(tuple(matches), kinds, writing, asked, _of_orders(matches, rows))


class Question(NamedTuple):
    """What only a person can tell: a sentence, and the setting below `source` and the option that answer it."""

    told: str
    setting: str
    option: str
    choices: tuple[str, ...] = ()  # all that can be answered
    taken: str | None = None  # what it was taken for meanwhile

    def __str__(self) -> str:
        return f"{self.told}: {self.option}."


def questions(table: str, account: Mapping[str, Any], given: Format) -> list[Question]:
    """What is open about a table that has been read, where it was not said by hand."""
    by_hand = {match["ours"] for match in account["columns"] if match["sureness"] == "set by hand"}
    doubts_of = [doubt for doubt in account.get("doubts", ()) if doubt["ours"] not in by_hand]
    told = {doubt["ours"]: (doubt["told"], doubt["option"]) for doubt in doubts_of}
    for match in account["columns"]:
        ours, rival = match["ours"], match["rival"]
        if rival is not None:
            told[ours] = (f"`{ours}` may be {match['theirs']!r}, which it is taken for, or {rival!r}", "")
        elif ours == "customer_id" and match["theirs"] is None and ours not in by_hand:
            told[ours] = ("no column could be `customer_id`, so that one row is taken for one customer of a list", "")
    taken = {match["ours"]: match["theirs"] for match in account["columns"]}
    asked = [_which(table, account["file"], ours, *said, taken.get(ours)) for ours, said in told.items()]
    if given.header is None and any("header" in file for file in account["files"]):
        sentence = f"{account['file']} has no line with the columns' names above its rows, which are called by places"
        asked.append(Question(sentence, f"formats.{table}.header", "say `--no-header`, or `--header` if there is one",
                              taken="--no-header"))  # fmt: skip
    return asked


def _which(table: str, file: str, ours: str, told: str, option: str, taken: str | None) -> Question:
    usual = f"say which with `--column {ours}=NAME`, or leave NAME out for none"
    answer = f"say {option}; else {usual}" if option else usual
    return Question(f"{file}: {told}", f"columns.{table}.{ours}", answer, taken=taken or "")


def with_days_turned(reading: Reading) -> Reading:
    """The reading with day and month exchanged."""
    writing = reading.writing
    turned = {
        name: tuple(format.translate(EXCHANGED) if name in writing.open_order else format for format in formats)
        for name, formats in writing.formats.items()
    }
    return replace(reading, writing=replace(writing, day_first=not writing.day_first, formats=turned))


def _of_orders(matches: list[Match], rows: dict[str, list[str | None]]) -> tuple[str, ...]:
    """Which columns are filled on the first line of each order only: none of numbers, which would be told twice."""
    theirs = {match.ours: match.theirs for match in matches if match.theirs is not None}
    if "invoice_id" not in theirs:
        return ()
    orders = rows[theirs["invoice_id"]]
    once = [ours for ours in OF_AN_ORDER if ours in theirs and looks.on_first_lines(orders, rows[theirs[ours]])]
    return tuple(once)


def rows_seen(parts: list[Part]) -> dict[str, list[str | None]]:
    """The sampled cells of each column, as they stand beside each other."""
    found = {name: [part.sample[part.columns.index(name)] for part in parts] for name in parts[0].columns}
    return {
        name: [(text and text.strip(BLANKS)) or None for some in all_ for text in some] for name, all_ in found.items()
    }


def _filled(parts: list[Part], name: str) -> list[str]:
    """The filled cells of a column in the samples of all parts."""
    found = (part.sample[part.columns.index(name)] for part in parts)
    texts = (text.strip(BLANKS) for part in found for text in part if text)
    return [text for text in texts if text]


def _refuse_texts(table: str, names: dict[str, str], given: Format, parts: list[Part]) -> None:
    """A column to be kept as written has to be there, and is none that was named for our numbers or times."""
    setting = f"source.formats.{table}.as_text"
    for name in given.as_text:
        if name not in parts[0].columns:
            shown = columns.shortened(list(parts[0].columns))
            raise StudyError(f"{called(parts)} has no column {name!r}; it has {shown}: correct the name.", setting)
    for column in columns.known(table):
        if column.kind != "text" and names.get(column.name) in given.as_text:
            raise StudyError(
                f"{called(parts)}: {names[column.name]!r} cannot be both text and `{column.name}`: take it out of the "
                f"texts, or call it otherwise under `source.columns.{table}`.",
                setting,
            )


def _describes(sample: Mapping[str, list[str]]) -> bool:
    """Whether a list without ids tells enough of each row for it to be somebody."""
    told = [
        texts for texts in sample.values() if guess.readable(texts, "number") == 1 or guess.readable(texts, "flag") == 1
    ]
    return len(told) >= FEWEST_FACTS


def _with_derived(table: str, matches: list[Match], names: Mapping[str, str | None], listed: bool) -> list[Match]:
    """Add the needed columns that are not there but follow from others; rows are numbered if they are `listed`."""
    known = {match.ours for match in matches}
    if table != "transactions":
        why = "no column for it: each row is one customer, called by its number"
        how = "set by hand" if "customer_id" in names else "a guess"
        numbered = "customer_id" not in known and (listed or "customer_id" in names)
        return [Match("customer_id", None, how, why), *matches] if numbered else matches
    derived = []
    if "quantity" not in known and known & {"unit_price", AMOUNT}:
        why = "no column for it: each line counts as one, taken back where its money is negative"
        derived.append(Match("quantity", None, "a guess", why))
    if "unit_price" not in known and AMOUNT in known:
        derived.append(
            Match(
                "unit_price",
                None,
                "likely",
                "worked out to be shown: amount divided by quantity; the amount is what counts",
            )
        )
    if "invoice_id" not in known and {"customer_id", "ordered_at"} <= known:
        why = "no column for it: all lines of a customer at one time count as one order"
        derived.append(Match("invoice_id", None, "a guess", why))
    return [*matches, *derived]


def _refuse_lacking(table: str, theirs: list[str], matches: list[Match], parts: list[Part]) -> None:
    known = {match.ours for match in matches}
    lacking = [column.name for column in TABLES[table] if column.required and column.name not in known]
    for ours in lacking[-1:]:  # who comes first: an order follows from who and when, so that to name it would not help
        raise StudyError(
            f"{called(parts)} has no column that could be `{ours}`; it has {columns.shortened(theirs)}: "
            "name the one that is meant.",
            f"source.columns.{table}.{ours}",
        )


def _refuse_counted_twice(table: str, matches: list[Match], parts: list[Part]) -> None:
    """Stop at money and pieces that stand once for several lines, as an order's total beside each of its items."""
    theirs = {match.ours: match.theirs for match in matches}
    for each in filter(lambda met: met.several, parts[0].joined):
        by_order = theirs.get("invoice_id") in each.by
        for ours in (*columns.OF_ONE_LINE, "unit_price"):
            # A product's price holds for all its lines; an order's holds for none of them.
            fits = ours == "unit_price" and not by_order and theirs.get("quantity") not in each.columns
            if theirs.get(ours) in each.columns and not fits:
                raise StudyError(
                    f"{theirs[ours]!r} of {each.name} stands once for several rows of {called(parts)}, so that as "
                    f"`{ours}` it would be counted again and again: name a column of {called(parts)} for it, or let "
                    f"{each.name} be the table and leave {called(parts)} out.",
                    f"source.columns.{table}.{ours}",
                )


def _attributes(table: str, theirs: list[str], matches: list[Match]) -> list[Match]:
    """The columns that the contract does not know, under free names of our kind."""
    taken = {match.ours for match in matches} | {column.name for column in columns.known(table)} | {ROW, UNREADABLE}
    attributes, matched = [], {match.theirs for match in matches}
    for name in theirs:
        if name not in matched:
            wish = columns.ours_for(name)
            free = next(each for each in chain((wish,), (f"{wish}_{n}" for n in count(2))) if each not in taken)
            taken.add(free)
            attributes.append(Match(free, name, "certain", "kept as an attribute"))
    return attributes


def _kinds(table: str, matches: list[Match], sample: dict[str, list[str]]) -> dict[str, str]:
    """Each of our columns' kind: those of the contract in its order, then the attributes in the source's."""
    theirs = {match.ours: match.theirs for match in matches}
    kinds: dict[str, str] = {column.name: column.kind for column in TABLES[table] if column.name in theirs}
    place = {name: number for number, name in enumerate(sample)}
    for ours in sorted(set(theirs) - set(kinds), key=lambda ours: place[theirs[ours]]):
        kinds[ours] = _kind_of_attribute(sample[theirs[ours]])
    return kinds


def _kind_of_attribute(texts: list[str]) -> str:
    """What all of an attribute's cells can be read as; numbers with leading zeros are names rather than numbers."""
    zeros = any(re.match(r"0\d", text) for text in texts)
    kinds = ("flag", "time") if zeros else ("number", "flag", "time")
    return next((kind for kind in kinds if guess.readable(texts, kind) == 1), "text")
