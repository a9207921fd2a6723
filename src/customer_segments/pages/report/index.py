"""The front page: what a manager reads in two minutes."""

from __future__ import annotations

import base64
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.base.params import Params
from customer_segments.pages.report.accounts import accounts
from customer_segments.pages.report.chapter import TEMPLATES, style
from customer_segments.pages.report.chapters import CHAPTERS, shown
from customer_segments.pages.report.content import Results
from customer_segments.pages.report.header import differences

EXPORT = "segmented_customers.csv"  # beside the page
BRIEF = "brief.pdf"


def front_page(params: Params, results: Results, common: dict[str, Any]) -> str:
    """The page's HTML, from the content that it shares with the brief."""
    return render(
        common
        | {
            "chapters": shown(params.study),
            "replicated": results.metrics["replication"] if params.study.published else None,
            "chapter": None,
            "style": style(),
            "accounts": accounts(results.ledger, params.study.currency),
            "changes": changes(params),
            "export": EXPORT,
            "brief": BRIEF,
        }
    )


def render(page: dict[str, Any]) -> str:
    """The page's HTML; everything that comes from data is escaped."""
    loader = FileSystemLoader([TEMPLATES, TEMPLATES / "chapter"])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["address"] = _address
    return environment.get_template("index.html.j2").render(page=page)


def changes(params: Params) -> list[tuple[str, str]]:
    """The parameters that differ from the defaults, with the title of their chapter."""
    return [(chapter.title, change) for chapter in CHAPTERS for change in differences(chapter.stage, params)]


def _address(png: bytes) -> str:
    """A figure as an address that needs no file."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
