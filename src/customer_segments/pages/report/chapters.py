"""The chapters of the report, in reading order, and their pages: executed notebooks under a line on study and data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel

from customer_segments.base import words
from customer_segments.base.contract import TABLES
from customer_segments.pages.report import formulas, moneyless

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter
    from nbformat import NotebookNode

    from customer_segments.base.params import Params

TEMPLATES = Path(__file__).parent / "templates"
LEARNED = "## What we learned"
CSV = "text/csv"  # what a figure shows
NOT_SHOWN = ("playbook", "study", "seed", "source")  # among what differs from the defaults
MECHANICS = "mechanics"  # tags the names of steps that a reader of the page does not take
WHERE_ASKED = "where-asked"  # tags a cell that shows something only where the study asks for it
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")


class Chapter(NamedTuple):
    """One question, answered by the notebook, stage, section and module of one name."""

    number: int
    stage: str
    title: str
    question: str

    @property
    def notebook(self) -> str:
        return f"notebooks/{self.number:02}_{self.stage}.ipynb"

    @property
    def page(self) -> str:
        return f"{self.number:02}_{self.stage}.html"

    @property
    def after_verdict(self) -> bool:
        """Whether the chapter speaks of segments that the verdict has judged."""
        return self.stage not in ("eda", "preprocessing", "clustering")


CHAPTERS = (
    Chapter(1, "eda", "First look", "What did we receive?"),
    Chapter(2, "preprocessing", "Preparation", "Which customers, which features, on which scale?"),
    Chapter(3, "clustering", "Clustering", "How many segments, and which?"),
    Chapter(4, "validation", "Verdict", "Are the segments there, do they come back, do they predict anything?"),
    Chapter(5, "pca", "Map", "What do the segments look like?"),
    Chapter(6, "retention", "Retention", "Do they come back?"),
    Chapter(7, "lifetime_value", "Value", "What are they worth?"),
    Chapter(8, "profiling", "Profiles", "Who are they?"),
    Chapter(9, "replication", "Replication", "Do the published figures come out, and what changes under our defaults?"),
)


OF_ORDERS = ("retention", "lifetime_value")


def chapters_of(
    published: object, tables: Collection[str] = TABLES, without_money: bool = False
) -> tuple[Chapter, ...]:
    """The chapters of a study that say something: of orders where there are some, of published figures where named."""
    silent = () if "transactions" in tables else OF_ORDERS
    silent = silent if published else (*silent, "replication")
    return tuple(called(chapter, without_money) for chapter in CHAPTERS if chapter.stage not in silent)


def called(chapter: Chapter, without_money: bool) -> Chapter:
    """The chapter by the name that it has in a study whose lines tell no money, or any other."""
    title, question = moneyless.TITLES.get(chapter.stage, chapter[2:]) if without_money else chapter[2:]
    return chapter._replace(title=title, question=question)


def render(
    notebook: NotebookNode, chapter: Chapter, params: Params, source: dict[str, Any], verdict: dict[str, Any] | None
) -> str:
    """The chapter's HTML page: no outside address, the same text every time."""
    from customer_segments.pages.report.signs import with_its_signs

    without_money = moneyless.is_without_money(source)
    page = {
        "chapter": called(chapter, without_money),
        "chapters": chapters_of(params.study.published, source["tables"], without_money),
        "figures": f"figures/{chapter.stage}",
        "style": style(),
        "study": params.study,
        "title": words.isolated(params.study.title),
        "data": data_line(source),
        "changes": differences(chapter.stage, params),
        "verdict": verdict,
    }
    told = _findings_first(_without_unanswered(_without_unasked(notebook)))
    if without_money:
        told = _with_prose(told, lambda text: moneyless.reworded(text, chapter.stage))
    told.cells += _references(told)
    page["contents"] = _contents(told)
    told = _with_prose(told, formulas.in_prose)
    html, _ = exporter().from_notebook_node(scrubbed(told), resources={"page": page})
    return with_its_signs(html)


def numbers_of(notebook: NotebookNode) -> dict[str, str]:
    """What the figures of an executed notebook show, as CSV, by their names."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    named = [(output.get("metadata", {}).get(CSV, {}).get("name"), output.get("data", {})) for output in outputs]
    return {name: data[CSV] for name, data in named if name}


@cache
def exporter() -> HTMLExporter:
    """What makes pages of notebooks, with its templates compiled."""
    from nbconvert.exporters import HTMLExporter

    return HTMLExporter(template_name="chapter", extra_template_basedirs=[str(TEMPLATES)])


def _without_unasked(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the names of its mechanics, and the code of what is only shown where a study asks for it."""
    notebook.cells = [cell for cell in notebook.cells if not _is_unasked(cell)]
    return notebook


def _is_unasked(cell: NotebookNode) -> bool:
    tags = cell.metadata.get("tags", ())
    return MECHANICS in tags or (WHERE_ASKED in tags and not cell.outputs)


def _without_unanswered(notebook: NotebookNode) -> NotebookNode:
    """The notebook without questions under which this study has nothing to show."""
    cells = notebook.cells
    notebook.cells = [cell for place, cell in enumerate(cells) if not _is_unanswered(cell, cells[place + 1 :])]
    return notebook


def _findings_first(notebook: NotebookNode) -> NotebookNode:
    """The notebook as a page is read: what was learned right under the heading, and how it was found below."""
    cells = notebook.cells
    place = next((at for at, cell in enumerate(cells) if cell.source.startswith(LEARNED)), None)
    if place is not None:
        notebook.cells = [*cells[:1], *cells[place : place + 2], *cells[1:place], *cells[place + 2 :]]
    return notebook


def _contents(notebook: NotebookNode) -> list[tuple[str, str]]:
    """The parts of a chapter: title, and place as nbconvert calls it."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    titles = [text.splitlines()[0].removeprefix("## ") for text in prose if text.startswith("## ")]
    return [(title, quote(title.replace(" ", "-"), safe="?/:@!$&'()*+,;=")) for title in titles]


def _references(notebook: NotebookNode) -> list[NotebookNode]:
    """The papers that a chapter names, in prose or in what it shows, as its last cell; none where it names none."""
    from nbformat.v4 import new_markdown_cell

    shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    told = [str(data.get(kind, "")) for data in shown for kind in ("text/html", "text/markdown")]
    text = " ".join(" ".join([*told, *(cell.source for cell in notebook.cells)]).split())
    cited = [f"- {line}" for key, line in papers().items() if key in text]
    return [new_markdown_cell("\n".join(["## References", "", *cited]))] if cited else []


@cache
def papers() -> dict[str, str]:
    """The papers behind the methods, by what chapters name them."""
    return tomllib.loads((TEMPLATES / "references.toml").read_text(encoding="utf-8"))


def _with_prose(notebook: NotebookNode, rewritten: Callable[[str], str]) -> NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = rewritten(cell.source)
    return notebook


def _is_unanswered(cell: NotebookNode, following: list[NotebookNode]) -> bool:
    """Whether a cell is a question, and nothing is shown until the next one."""
    if cell.cell_type != "markdown" or not cell.source.startswith("## "):
        return False
    below = list(takewhile(lambda each: each.cell_type == "code", following))
    return bool(below) and not any(each.outputs for each in below)


def data_line(source: dict[str, Any]) -> str:
    """The data in a line: how many rows of what, and the first digits of their fingerprint."""
    tables = [words.counted(t["rows"], f"row of {name}", f"rows of {name}") for name, t in source["tables"].items()]
    return f"{words.listed(tables)} (data {source['fingerprint'][:10]})"


def differences(stage: str, params: Params) -> list[str]:
    """The parameters of a chapter that differ from the project's defaults, as `key = value`."""
    return _differences(getattr(params, stage), type(params).model_fields[stage].default)


def _differences(chosen: BaseModel, default: BaseModel, prefix: str = "") -> list[str]:
    found = []
    for key in type(chosen).model_fields:
        ours, theirs = getattr(chosen, key), getattr(default, key)
        if isinstance(ours, BaseModel):
            found += _differences(ours, theirs, f"{prefix}{key}.")
        elif ours != theirs and key not in NOT_SHOWN:
            found.append(f"{prefix}{key} = {_written(ours)}")
    return found


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


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
