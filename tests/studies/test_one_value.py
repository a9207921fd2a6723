"""No number stands under one name with two values: the same heading, of the same segment or column, is the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from customer_segments.base import registry
from customer_segments.pages.report.written import NUMBER

EVERYONE = ("Everyone", "All customers")
LABELS = {registry.label(name) for name in registry.COLUMNS if name != "customer_id"}  # which stands in two tables


def told_twice(reports: Path) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Headings and rows of tables with more than one number, and the pages on which each stands."""
    told: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for page in sorted(reports.glob("*.html")):
        for heading, row, cell in _cells(BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")):
            if NUMBER.fullmatch(cell) and (row.startswith("Segment ") or row in EVERYONE or row in LABELS):
                told[heading, row][cell].add(page.name)
    return {where: dict(values) for where, values in told.items() if len(values) > 1}


def _cells(page: BeautifulSoup) -> Iterator[tuple[str, str, str]]:
    for table in page.find_all("table"):
        headings = _texts(table.thead.tr) if table.thead else []
        for row in table.tbody.find_all("tr") if headings else ():
            first, *cells = _texts(row)
            yield from ((heading, first, cell) for heading, cell in zip(headings[1:], cells, strict=False))


def _texts(row: Tag) -> list[str]:
    return [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]


def test_a_number_is_found_that_is_told_twice(tmp_path):
    head = "<table><thead><tr><th></th><th>Customers</th></tr></thead>"
    for name, count in {"a": "12", "b": "12", "c": "1,300"}.items():
        page = f"{head}<tbody><tr><td>Segment 1</td><td>{count}</td></tr></tbody></table>"
        (tmp_path / f"{name}.html").write_text(page)
    assert told_twice(tmp_path) == {("Customers", "Segment 1"): {"12": {"a.html", "b.html"}, "1,300": {"c.html"}}}


def test_no_page_gives_a_number_of_one_name_another_value(small_shop):
    assert told_twice(small_shop.folder / "reports") == {}
