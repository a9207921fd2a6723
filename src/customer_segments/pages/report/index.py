"""The front page: what a manager reads in two minutes."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.base.params import Params
from customer_segments.pages.report import brief
from customer_segments.pages.report.accounts import accounts
from customer_segments.pages.report.chapter import TEMPLATES, style
from customer_segments.pages.report.chapters import CHAPTERS, shown
from customer_segments.pages.report.content import content
from customer_segments.pages.report.header import differences
from customer_segments.run import workspace

EXPORT = "segmented_customers.csv"  # beside the page
BRIEF = "brief.pdf"
REPLICATION = "reports/metrics/replication.json"


def publish(params: Params) -> None:
    """Write reports/index.html and reports/brief.pdf from what the stages before have made."""
    common = content(params)
    page = common | {
        "chapters": shown(params.study.model_dump()),
        "replicated": replicated(params),
        "chapter": None,
        "style": style(),
        "accounts": accounts(workspace.read_table("data/interim/ledger.parquet"), params.study.currency),
        "changes": changes(params),
        "export": EXPORT,
        "brief": BRIEF,
    }
    workspace.write_text(render(page), "reports/index.html")
    workspace.write_bytes(brief.pdf(common), f"reports/{BRIEF}")


def render(page: dict[str, Any]) -> str:
    """The page's HTML; everything that comes from data is escaped."""
    loader = FileSystemLoader([TEMPLATES, TEMPLATES / "chapter"])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["address"] = _address
    return environment.get_template("index.html.j2").render(page=page)


def replicated(params: Params) -> dict[str, Any] | None:
    """How many published figures came out; nothing where the study names none."""
    return workspace.read_json(REPLICATION) if params.study.published else None


def changes(params: Params) -> list[tuple[str, str]]:
    """The parameters that differ from the defaults, with the title of their chapter."""
    return [
        (chapter.title, change)
        for chapter in CHAPTERS
        for change in differences(chapter.stage, getattr(params, chapter.stage).model_dump())
    ]


def _address(picture: Path) -> str:
    """A figure's PNG as an address that needs no file."""
    return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
