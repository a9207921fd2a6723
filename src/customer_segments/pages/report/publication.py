"""What the last stage publishes of one content: the front page as HTML, the brief as PDF."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.base import words
from customer_segments.base.params import Params
from customer_segments.pages.report.chapters import CHAPTERS, TEMPLATES, differences, shown, style
from customer_segments.pages.report.content import Picture, Results

EXPORT = "segmented_customers.csv"  # beside the page
BRIEF = "brief.pdf"
COLUMNS = ("revenue_share", "expected_value", "alive")  # that the brief's tables need where a card has them
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")
# Always the same time of making, so that the bytes of a brief say only what it holds.
PDF = {"format": "pdf", "timestamp": datetime(2024, 1, 1, tzinfo=UTC), "pdf_standards": "ua-1"}


def front_page(params: Params, results: Results, common: dict[str, Any]) -> str:
    """The page's HTML, from the content that it shares with the brief; everything that comes from data is escaped."""
    changes = [(chapter.title, change) for chapter in CHAPTERS for change in differences(chapter.stage, params)]
    page = common | {
        "chapters": shown(params.study),
        "replicated": results.metrics["replication"] if params.study.published else None,
        "chapter": None,
        "style": style(),
        "accounts": accounts(results.ledger, params.study.currency),
        "changes": changes,
        "export": EXPORT,
        "brief": BRIEF,
    }
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, TEMPLATES / "chapter"]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["address"] = lambda png: f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return environment.get_template("index.html.j2").render(page=page)


def accounts(ledger: pd.DataFrame, currency: str) -> list[dict[str, Any]]:
    """One account per table of the ledger: received = used + taken out, or else the page says so."""
    return [_account(name, steps, currency) for name, steps in ledger.groupby("table", sort=False)]


def _account(name: str, steps: pd.DataFrame, currency: str) -> dict[str, Any]:
    received, used = int(steps["rows_before"].iloc[0]), int(steps["rows_after"].iloc[-1])
    return {
        "table": str(name).capitalize(),
        "received": f"{received:,}",
        "used": f"{used:,}",
        "taken_out": _rules(steps, "rows_rejected", currency),
        "repaired": _rules(steps, "rows_repaired", currency),
        "balance": _balance(received, used, int(steps["rows_rejected"].sum())),
        "has_amounts": bool(steps["amount_rejected"].notna().any()),
    }


def _rules(steps: pd.DataFrame, column: str, currency: str) -> list[dict[str, str]]:
    """What each rule did that met a row."""
    met = steps[steps[column] > 0][["rule", "why", column, "amount_rejected"]].itertuples(index=False)
    return [
        {"rule": rule, "why": why, "rows": f"{rows:,}", "amount": words.money(amount, currency)}
        for rule, why, rows, amount in met
    ]


def _balance(received: int, used: int, taken_out: int) -> str:
    """Whether the rows add up, computed and not promised."""
    if missing := abs(received - used - taken_out):
        return f"{words.counted(missing, 'row')} {'is' if missing == 1 else 'are'} not accounted for"
    return f"{received:,} received = {used:,} used + {taken_out:,} taken out"


def brief(content: dict[str, Any], form: dict[str, Any] = PDF) -> Any:
    """The brief in this form, the same bytes for the same content, with nothing from the network or system fonts."""
    with tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch:
        folder = Path(scratch)
        shutil.copy(TEMPLATES / "brief.typ", folder)
        # Data goes through a file of its own, so that no text of theirs is ever read as markup.
        style = {column: any(card[column] for card in content["cards"]) for column in COLUMNS}
        told = {"style": style} | {key: _plain(value, key, folder) for key, value in content.items()}
        (folder / "content.json").write_text(json.dumps(told), encoding="utf-8")
        return typst.compile(
            folder / "brief.typ", root=folder, font_paths=[FONTS], ignore_system_fonts=True,
            package_path=folder / "none", package_cache_path=folder / "none", **form,
        )  # fmt: skip


def _plain(value: Any, key: str, folder: Path) -> Any:
    """What JSON can hold; a figure is put beside the template."""
    if isinstance(value, Picture):
        (folder / f"{key}.png").write_bytes(value.content)
        return {"file": f"{key}.png", "alt": value.alt, "caption": value.caption}
    return value.model_dump() if hasattr(value, "model_dump") else value
