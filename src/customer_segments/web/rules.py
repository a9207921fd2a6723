"""The rules of a run in words, read from the chapter on validation: the only place where a run keeps them."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from customer_segments.base import words
from customer_segments.web import results, typical

HEAD = ["Segment", "Rule", "Right for", "Finds"]  # of the chapter's table


class _Tables(HTMLParser):
    """The cells of every table of a chapter."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data


def of(run: results.Run) -> list[tuple[str, ...]]:
    """For each segment a short rule, how often it is right, and how many it finds; nothing where there are none."""
    names = {words.segment(segment): name for segment, name in typical.names(run).items()}
    return [(names.get(first, first), *rest) for first, *rest in _rules(run)]


@lru_cache(maxsize=results.KEPT_OPEN)
def _rules(run: results.Run) -> list[list[str]]:
    """The rules as the chapter on validation words them, the only place where a run keeps them."""
    chapter = run.folder / "reports/04_validation.html"
    if not chapter.is_file():
        return []
    reader = _Tables()
    reader.feed(chapter.read_text(encoding="utf-8"))
    return next((table[1:] for table in reader.tables if table and table[0] == HEAD), [])
