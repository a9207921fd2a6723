"""Two small studies whose labels hold every sign that means something to some tool, read chapter by chapter."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from customer_segments.base.params import Params
from customer_segments.pages.report import show
from customer_segments.pages.report.chapters import CHAPTERS, Chapter, render
from customer_segments.run.publish import publish
from customer_segments.run.workspace import RAW, Workspace
from customer_segments.sources import collect
from customer_segments.sources.secrets import Reach
from tests.support import PROJECT

LONG = "Eighty signs in a label, which is more than any axis has room for, to its very end."
SIGNS = ("$0-$25", "a_b^c_{d} $\\bad{$", r"\frac{1}{2} \alpha", "{x} 5% #1 & co.")
MARKUP = ("<b>bold</b>", "\"quoted\" 'it'", "`a.b` `x_y`", "a | b [link](http://x.y) ![i](z)")
STARRED = ("* star *", "**two** __x__ ~~s~~", "# heading", "&amp; &#36; $x$")
SCRIPTS = ("שלום (abc) 12", "العربية 15%", "日本語 中文 한국어", "😀 👩‍👩‍👧 🛍️")
OTHERS = ("e\u0301 a\u0308 ŵ", "हिन्दी ไทย", LONG, "two\nlines")
ODD = ("  blanks around  ", "three\n\n# lines", "http://x.y/z", "1. one - two")
CATEGORIES = tuple(label.strip() for label in (*SIGNS, *MARKUP, *STARRED, *SCRIPTS, *OTHERS, *ODD))
COLUMNS = {
    "Plan $0-$25 (a_b^c) \\frac{1}{2}": SIGNS,
    '<b>Markup</b> "of" `code` [x](y) | & more': MARKUP,
    "סוג לקוח": SCRIPTS,
    "客户 类型 😀": OTHERS,
    "Eighty signs in a column's name, more than any axis has room for, to its very end": STARRED,
    " blanks around ": ODD,
}
NAMES = (
    "$5-$9 <i>x_y^2</i> `a.b` | [l](m) \\\\ %#&",
    "日本語 😀 e\u0301 שמות (VIP) 12",
    "Eighty signs in a segment's name, *more* than any axis has room for, to its end.",
)
TITLE = "T$1-$2 <i>&amp; `x.y` [l](m) | \\a{b} שלום 日本語 😀 and so on, up to eighty signs or more"


@dataclass
class Shown:
    """What the cells of the chapters have shown."""

    figures: list[tuple[Figure, str, str]] = field(default_factory=list)  # with caption and text alternative
    tables: list[pd.DataFrame] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder)

    @property
    def profiles(self) -> pd.DataFrame:
        return self.workspace.read_table("data/processed/profiles.parquet")


def customers(count: int = 120) -> pd.DataFrame:
    """Three groups well apart in two numbers, with a label of each column that goes with them."""
    kind, noise = np.arange(count) % 3, np.random.default_rng(0).normal(0, 0.1, (2, count))
    labels = {
        name: [values[(k + (place % 5 == 0)) % len(values)] if place % 7 else values[3] for place, k in enumerate(kind)]
        for name, values in COLUMNS.items()
    }
    numbers = {"Visits": 10 * kind + noise[0], "ציון_$": 9 * (kind == 1) + noise[1] + 1}
    return pd.DataFrame({"Client No": [f"c{n:03}" for n in range(count)], **numbers, **labels})


def lines(count: int = 120) -> pd.DataFrame:
    """Orders of customers who buy often and little, now and then, or seldom and much, of labelled goods."""
    rng, rows = np.random.default_rng(1), []
    for who in range(count):
        orders, price = ((14, 10), (7, 40), (3, 200))[who % 3]
        for order in range(orders):
            day = pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(rng.integers(0, 700)))
            good = CATEGORIES[int(rng.integers(0, 4 if rng.random() < 0.5 else len(CATEGORIES)))]
            amount = round(float(rng.normal(price, price / 20)), 2)
            rows.append((f"i{who}-{order}", f"c{who:03}", day, 1, amount, good, SCRIPTS[who % 4], SIGNS[who % 4]))
    names = ["InvoiceNo", "CustomerID", "InvoiceDate", "Quantity", "UnitPrice", "Category", "Country", "Voucher $_$"]
    return pd.DataFrame(rows, columns=names)


def study(folder: Path, currency: str, tables: dict[str, pd.DataFrame]) -> Shown:
    """A study of these tables in this folder, its segments, money and title labelled as well."""
    (folder / "data/external").mkdir(parents=True)
    (folder / "data/earlier").mkdir()
    (folder / "data/earlier/about.json").write_text('{"place": null}')
    for name, table in tables.items():
        table.to_csv(folder / f"data/external/{name}.csv", index=False)
    levels = [{"visits": level} for level in ("high", "middling", "low")]
    plays = [{"name": n, "when": [w], "do": f"Do {n}"} for n, w in zip(NAMES, levels, strict=True)]
    params = Params.of(
        study={"name": "labels", "title": TITLE, "currency": currency},
        seed=1,
        source={"kind": "files", **{name: f"data/external/{name}.csv" for name in tables}},
        clustering={"k_max": 4, "choose_by": "silhouette", "references": 3, "bootstraps": 3},
        preprocessing={} if "transactions" in tables else {"features": {"use": ["visits", "ציון"]}},
        validation={"references": 19, "bootstraps": 10},
        profiling={"playbook": plays},
    )
    return read_through(folder, params)


def read_through(folder: Path, params: Params) -> Shown:
    """The study in this folder, chapter by chapter: the cells of the notebooks in this process, then the pages."""
    text = json.dumps(params.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    (folder / "dvc.yaml").write_text("stages: {}")
    here = Workspace(folder)
    raw = here.destination(f"{RAW}/source.json").parent
    here.write_json(collect(params.source, Reach(folder, {}), raw, seed=1), f"{RAW}/source.json")
    shown = Shown(folder=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMER_SEGMENTS_ROOT", str(folder))
        for chapter in CHAPTERS:
            shown.pages[chapter.page] = _run(chapter, params, here, shown, patch)
        publish(here, params)
    shown.pages["index.html"] = (folder / "reports/index.html").read_text(encoding="utf-8")
    return shown


def _run(chapter: Chapter, params: Params, here: Workspace, shown: Shown, patch: pytest.MonkeyPatch) -> str:
    """A chapter's page, after its cells have run here; what they show is noted."""
    notebook = nbformat.read(PROJECT / chapter.notebook, as_version=4)
    outputs: list = []

    def put(page: dict, plain: str, about: dict | None = None) -> None:
        data = page | {"text/plain": plain}
        outputs.append(nbformat.v4.new_output("display_data", data, metadata=about or {}))

    def noted(kind: list, original):
        def note(*content, **options):
            kind.append(content)
            return original(*content, **options)

        return note

    patch.setattr(show, "_show", put)
    with pytest.MonkeyPatch.context() as inner:
        inner.setattr(show, "figure", noted(shown.figures, show.figure))
        inner.setattr(show, "table", noted(shown.tables, show.table))
        inner.setattr(show, "findings", noted(shown.sentences, show.findings))
        names: dict = {}
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            outputs.clear()
            exec(compile(cell.source, chapter.notebook, "exec"), names)
            cell.outputs = list(outputs)
    verdict = here.read_json("data/processed/verdict.json") if chapter.after_verdict else None
    page = render(notebook, chapter, params, here.read_json(f"{RAW}/source.json"), verdict)
    here.write_text(page, f"reports/{chapter.page}")
    return page
