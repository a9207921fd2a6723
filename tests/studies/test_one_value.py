"""No number stands under one name with two values: the same heading, of the same segment or column, is the same."""

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
        for heading, row, cell in _cells(BeautifulSoup(text, "html.parser"), names):
            if row and not heading.isdigit() and NUMBER.fullmatch(cell):  # what is headed by numbers is a matrix
                told[heading, row][cell].add(page)
    return {where: dict(values) for where, values in told.items() if len(values) > 1}


def _cells(page: BeautifulSoup, names: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    for table in page.find_all("table"):
        headings = _texts(table.thead.tr) if table.thead else []
        for row in table.tbody.find_all("tr") if headings else ():
            first, *cells = _texts(row)
            whose = _whose(headings[0], first, names)
            yield from ((heading, whose, cell) for heading, cell in zip(headings[1:], cells, strict=False))


def _whose(heading: str, first: str, names: Mapping[str, int]) -> str:
    """The segment or the column that a row is about, however it is called; nothing where it is about something else."""
    if found := re.match(r"Segment (\d+)\b", first):
        return f"Segment {found[1]}"
    if first in names or (heading == "Segment" and first.isdigit()):
        return f"Segment {names.get(first, first)}"
    return "Everyone" if first in EVERYONE else first if first in LABELS else ""


def _texts(row: Tag) -> list[str]:
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]


@pytest.mark.parametrize("row", ["Segment 1", "Segment 1 Regulars", "Regulars"])
def test_a_number_is_found_that_is_told_twice(row):
    head = "<table><thead><tr><th></th><th>Customers</th></tr></thead><tbody><tr><td>"
    told = {"a": ("Segment 1", "12"), "b": (row, "12"), "c": (row, "1,300")}
    pages = {page: f"{head}{name}</td><td>{count}</td></tr></tbody></table>" for page, (name, count) in told.items()}
    found = told_twice(pages, {"Regulars": 1})
    assert found == {("Customers", "Segment 1"): {"12": {"a", "b"}, "1,300": {"c"}}}


def test_no_page_gives_a_number_of_one_name_another_value(small_shop):
    assert told_twice(pages_of(small_shop.folder), names_of(small_shop.folder)) == {}
