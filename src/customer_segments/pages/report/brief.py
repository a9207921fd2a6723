"""The brief: four pages for a meeting, typeset from the front page's content."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib
import typst

from customer_segments.pages.report.chapter import TEMPLATES
from customer_segments.pages.report.content import Picture

TEMPLATE = TEMPLATES / "brief.typ"
COLUMNS = ("revenue_share", "expected_value", "alive")  # that the brief's tables need where a card has them
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")
MADE = datetime(2024, 1, 1, tzinfo=UTC)  # the same for every brief, so that its bytes say only what it holds


def pdf(content: dict[str, Any]) -> bytes:
    """The brief as PDF/UA, the same bytes for the same content, with nothing from the network or the system's fonts."""
    return _compiled(content, format="pdf", timestamp=MADE, pdf_standards="ua-1")


def pages(content: dict[str, Any]) -> list[bytes]:
    """The brief as one PNG a page, to be looked at."""
    return _compiled(content, format="png", ppi=100)


def _compiled(content: dict[str, Any], **options: Any) -> Any:
    with tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch:
        folder = Path(scratch)
        shutil.copy(TEMPLATE, folder / "brief.typ")
        # Data goes through a file of its own, so that no text of theirs is ever read as markup.
        style = {column: any(card[column] for card in content["cards"]) for column in COLUMNS}
        told = {"style": style} | {key: _plain(value, key, folder) for key, value in content.items()}
        (folder / "content.json").write_text(json.dumps(told), encoding="utf-8")
        return typst.compile(
            folder / "brief.typ", root=folder, font_paths=[FONTS], ignore_system_fonts=True,
            package_path=folder / "none", package_cache_path=folder / "none", **options,
        )  # fmt: skip


def _plain(value: Any, key: str, folder: Path) -> Any:
    """What JSON can hold; a figure is put beside the template."""
    if isinstance(value, Picture):
        (folder / f"{key}.png").write_bytes(value.content)
        return {"file": f"{key}.png", "alt": value.alt, "caption": value.caption}
    return value.model_dump() if hasattr(value, "model_dump") else value
