"""No number stands under one name with two values, neither in tables (one heading, one row) nor in sentences."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from customer_segments.base import registry
from customer_segments.pages.report.written import NUMBER
from tests.studies import prose
from tests.studies.prose import Passage, Telling

FIRST = re.compile(rf"{prose.ANY}")
KINDS = {"mean": "", "median": prose.MEDIAN}  # of averages, as sentences call them
EVERYONE = ("Everyone", "All customers")
LABELS = {registry.label(name) for name in registry.COLUMNS if name != "customer_id"}  # which stands in two tables
Told = dict[tuple[str, str], dict[str, set[str]]]


def pages_of(study: Path) -> dict[str, str]:
    return {page.name: page.read_text(encoding="utf-8") for page in sorted((study / "reports").glob("*.html"))}


def names_of(study: Path) -> dict[str, int]:
    profiles = pd.read_parquet(study / "data/processed/profiles.parquet")
    return dict(zip(profiles["name"], profiles["segment"], strict=True))


def told_twice(pages: Mapping[str, str], names: Mapping[str, int]) -> Told:
    """Headings and rows of tables with more than one number, and the pages on which each stands.

    A segment's row is the same row under its number and under its name.
    """
    told: Told = defaultdict(lambda: defaultdict(set))
    for page, text in pages.items():
        for heading, row, average, cell in _cells(BeautifulSoup(text, "html.parser"), names):
            if row and not heading.isdigit() and NUMBER.fullmatch(cell):  # what is headed by numbers is a matrix
                told[heading, row + (average or "")][cell].add(page)
    return {where: dict(values) for where, values in told.items() if len(values) > 1}


def of_tables(pages: Mapping[str, str], names: Mapping[str, int]) -> list[Telling]:
    """What tables say of segments and columns, under the names that sentences have for it."""
    found = []
    for page, text in pages.items():
        for heading, row, average, cell in _cells(BeautifulSoup(text, "html.parser"), names):
            passage = Passage(page, row, f"{heading}: {cell}")
            if average and row in LABELS and FIRST.fullmatch(cell):
                found.append(Telling(row + KINDS[average], _whose("", heading, names), cell, passage))
            elif row and (name := prose.HEADINGS.get(heading, heading)) in prose.NAMES and (value := FIRST.match(cell)):
                found.append(Telling(name, row, value[0], passage))
    return found


def _cells(page: BeautifulSoup, names: Mapping[str, int]) -> Iterator[tuple[str, str, str | None, str]]:
    """Each cell under its heading, of its row; and where a row's name spans a mean and a median, which it is."""
    for table in page.select("table:not(details table)"):  # a figure's numbers have more than one key
        # Chapter 1 has correlations of ranks as they came, chapter 2 those on the model's scale.
        of_pairs = table.caption and "orrelation" in table.caption.get_text()
        headings = _texts(table.thead.tr) if table.thead and not of_pairs else []
        name, left = "", 0  # of what spans several rows
        for row in table.tbody.find_all("tr") if headings else ():
            first, *cells = [name, *_texts(row)] if left else _texts(row)
            name, left = first, left - 1 if left else int(row.th.get("rowspan", 1)) - 1 if row.th else 0
            average = cells[0] if headings[1:2] == ["Average"] else None
            whose = _whose(headings[0], first, names)
            yield from ((heading, whose, average, cell) for heading, cell in zip(headings[1:], cells, strict=False))


def _whose(heading: str, first: str, names: Mapping[str, int]) -> str:
    """The segment or the column that a row is about, however it is called; nothing where it is about something else."""
    if found := re.match(r"Segment (\d+)\b", first):
        return f"Segment {found[1]}"
    if first in names or (heading == "Segment" and first.isdigit()):
        return f"Segment {names.get(first, first)}"
    return "Everyone" if first in EVERYONE else first if first in LABELS else ""


def _texts(row: Tag) -> list[str]:
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]


def apart_in(pages: Mapping[str, str], names: Mapping[str, int]) -> Told:
    """What sentences, or sentences and tables, give two values to that are no roundings of one."""
    return prose.apart(all_told(pages, names))


def all_told(pages: Mapping[str, str], names: Mapping[str, int]) -> list[Telling]:
    return prose.tellings(prose.passages(pages, names), names) + of_tables(pages, names)


@pytest.mark.parametrize("row", ["Segment 1", "Segment 1 Regulars", "Regulars"])
def test_a_number_is_found_that_is_told_twice(row):
    head = "<table><thead><tr><th></th><th>Customers</th></tr></thead><tbody><tr><td>"
    told = {"a": ("Segment 1", "12"), "b": (row, "12"), "c": (row, "1,300")}
    pages = {page: f"{head}{name}</td><td>{count}</td></tr></tbody></table>" for page, (name, count) in told.items()}
    found = told_twice(pages, {"Regulars": 1})
    assert found == {("Customers", "Segment 1"): {"12": {"a", "b"}, "1,300": {"c"}}}


def test_no_page_gives_a_number_of_one_name_another_value(small_shop):
    assert told_twice(pages_of(small_shop.folder), names_of(small_shop.folder)) == {}


SENTENCES = [
    ("<p>The 294 customers are expected to bring €218,846 in all.</p>", "<p>All 295 customers are drawn.</p>"),
    ("<p>Segment 1 is the largest with 28% of customers.</p>", '<svg aria-label="Regulars: 31% of customers"></svg>'),
    ("<p>The mean silhouette, 0.303, is weak.</p>", "<li>They shade: a mean silhouette of 0.31, so</li>"),
    ("<p>; 70% are likely still customers.</p>", "<li>Older: 40 (all customers: 30)</li><p>; 71% are likely still</p>"),
    ("<li>Expected: €69,225 expected from them</li>", "<p>in any case, over the next 12 months: about €69,300.</p>"),
    ("<p>Regulars: Have spent more: €80 (all customers: €50)</p>", "<p>Have spent less: €3 (all customers: €51)</p>"),
    ("<p>5 segments, because</p>", "<dl><div><dt>Segments</dt><dd>6</dd></div></dl>"),
    ("<p>placed none by 31 December 2025;</p>", "<dl><div><dt>Period</dt><dd>2 Jan 2024 – 30 Dec 2025</dd></div></dl>"),
    ("<p>the least stable is found again with a Jaccard index of 0.88.</p>", "<p>least often (Jaccard 0.82)</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SENTENCES)
def test_a_number_is_found_that_two_sentences_tell_apart(one, other):
    (values,) = apart_in({"a": one, "b": other}, {"Regulars": 1}).values()
    assert sorted(map(sorted, values.values())) == [["a"], ["b"]]
    assert apart_in({"a": one, "b": one}, {"Regulars": 1}) == {}


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("€28,942", "€28,900", True), ("€28,942", "€28,800", False), ("5.85", "5.86", False), ("0.906", "0.91", True),
        ("0.45%", "under 1%", True), ("2%", "under 1%", False), ("−3%", "3%", False),
        ("€1.20 million", "€1,204,000", True),
        ("9:23", "9:24", False), ("2025-12-31", "31 December 2025", True), ("10", "12", False),
        ("€12.3k", "€12,340", True),
    ],
)  # fmt: skip
def test_roundings_of_one_number_agree(one, other, agree):
    ends = [prose.between(value) for value in (one, other)]
    assert (max(low for low, _ in ends) < min(high for _, high in ends)) == agree


def test_sentences_and_tables_give_a_number_of_one_name_one_value(small_shop):
    told = all_told(pages_of(small_shop.folder), names_of(small_shop.folder))
    assert prose.apart(told) == {}
    unread = set(prose.NAMES) - {each.name for each in told}
    assert unread == {"Share of orders"}  # which is told where no money is


def test_a_number_that_is_changed_on_one_page_is_found(small_shop):
    """Whatever is told twice: a tenth more in one place, and it is found."""
    told = all_told(pages_of(small_shop.folder), names_of(small_shop.folder))
    missed = []
    for place, each in enumerate(told):
        twins = [other for other in told if (other.name, other.whose) == (each.name, each.whose)]
        low, high = prose.between(each.value)
        if len(twins) > 1 and high - low < abs(low) / 10:
            changed = each._replace(value=f"{1.25 * (low + high) / 2:.2f}")
            missed += [each] if not prose.apart([*told[:place], changed, *told[place + 1 :]]) else []
    assert missed == []
