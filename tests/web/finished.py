"""Reading finished pages in tests: their tables as rows of texts."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup

LARGEST = 60_000  # bytes of a page


def read(answer: Any) -> BeautifulSoup:
    """The page, which is small, and needs neither styles nor scripts within."""
    assert answer.status_code == 200
    assert len(answer.content) <= LARGEST
    found = BeautifulSoup(answer.content, "html.parser")
    assert found.select("[style], [onclick], style, script:not([src])") == []
    return found


def rows(page: BeautifulSoup, label: str) -> list[list[str]]:
    """The body of a table, by what its region is called; every row begins with a header."""
    body = page.select_one(f'[role=region][aria-label="{label}"] tbody')
    return [[text(cell) for cell in row.select("th[scope=row], td")] for row in body.select("tr")]


def text(cell: Any) -> str:
    """What is seen in a cell, without a segment's name."""
    return "".join(part for part in cell.find_all(string=True) if part.parent.name != "small").strip()


def without_names(said: str) -> str:
    """What a chapter said before segments had names, of what the page says."""
    return re.sub(r"([Ss]egment \d+) “[^”]*”", r"\1", said)
