"""Render an executed notebook as a chapter of the report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.pages.report.chapters import Chapter, shown
from customer_segments.pages.report.header import data_line, differences

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from customer_segments.base.params import Params

TEMPLATES = Path(__file__).parent / "templates"
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")


def render(
    notebook: NotebookNode, chapter: Chapter, params: Params, source: dict[str, Any], verdict: dict[str, Any] | None
) -> str:
    """The chapter's HTML page: no outside address, the same text every time."""
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(template_name="chapter", extra_template_basedirs=[str(TEMPLATES)])
    page = {
        "chapter": chapter,
        "chapters": shown(params.study),
        "style": style(),
        "study": params.study,
        "data": data_line(source),
        "changes": differences(chapter.stage, params),
        "verdict": verdict,
    }
    html, _ = exporter.from_notebook_node(scrubbed(notebook), resources={"page": page})
    return html


def style() -> str:
    """The style sheet, which every page carries within it."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def scrubbed(notebook: NotebookNode) -> NotebookNode:
    """Take out what differs from run to run: times, random ids, memory addresses."""
    for position, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{position}"
        for output in cell.get("outputs", []):
            _scrub_output(output)
    notebook.metadata.pop("papermill", None)
    return notebook


def _scrub_output(output: NotebookNode) -> None:
    if "text" in output:
        output["text"] = ADDRESS.sub("at 0x…", output["text"])
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/") and isinstance(content, str):
            output["data"][kind] = ADDRESS.sub("at 0x…", content)
