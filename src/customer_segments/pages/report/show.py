"""What a notebook shows: figures, tables and sentences, as HTML for readers and as plain text for comparing runs."""

from __future__ import annotations

import csv
import html
import io
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from IPython.display import display

from customer_segments.base import words
from customer_segments.base.files import DECIMALS, defused
from customer_segments.base.params import Params
from customer_segments.pages.report.chapters import CSV
from customer_segments.pages.report.written import numeric, written

if TYPE_CHECKING:
    import pandas as pd

    from customer_segments.pages.plots.shaded import Shaded
    from customer_segments.pages.plots.style import Drawing

PLAIN_VARIABLE = "CUSTOMER_SEGMENTS_PLAIN"  # set: show plain text only, for comparing runs
# A setting or a file that a caption of ours names; whatever else stands in backticks comes from the data.
CODE = re.compile(rf"`((?:{'|'.join(Params.model_fields)}|cleaning|features)\.\w+|data/[\w./]+|rejected\.csv)`")
MOST_ROWS = 60  # of a figure's numbers on a page; the others are in the file
PLOTLY_SCRIPT = "assets/plotly.min.js"  # beside the reports


def figure(drawing: Drawing | Shaded | None, caption: str, alt: str) -> None:
    """Show a figure with a caption, a text for those who cannot see it, and its numbers; none shows nothing."""
    if drawing is None:
        return
    from customer_segments.pages.plots import inline, shaded, style

    if isinstance(drawing, shaded.Shaded):
        picture, numbers = shaded.as_html(drawing), ""
    else:
        picture, numbers = inline.within_page(style.svg(drawing), alt), _numbers(drawing)
    data = {} if drawing.data is None else {CSV: _csv(drawing.data)}
    _captioned(picture, caption, alt, data, numbers, {CSV: {"name": drawing.name}} if data else {})


def turnable(drawing: Any, caption: str, alt: str, name: str) -> None:
    """Show a Plotly figure that can be turned, from a script that lies beside the reports."""
    config = {"displaylogo": False, "showSendToCloud": False}
    division = drawing.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=config)
    turning = f'<div role="group" aria-label="{html.escape(alt)}">{division}</div>'
    for_lab = {"application/vnd.plotly.v1+json": drawing.to_plotly_json()}
    _captioned(f'<script src="{PLOTLY_SCRIPT}"></script>{turning}', caption, alt, for_lab)


def table(content: pd.DataFrame, caption: str) -> None:
    """Show a table whose cells are already written for a reader; columns of numbers stand right, others left.

    An empty one is its caption alone; one without a caption has nothing to say.
    """
    if content.empty and not caption:
        return None
    if content.empty:
        return findings([html.escape(caption)])
    _captioned(_table(content), caption, content.to_string(index=False))


def _table(content: pd.DataFrame) -> str:
    table = written(content)
    kinds = [' class="number"' if number else "" for number in numeric(table)]
    head = _row("th", table.columns, kinds)
    rows = "".join(_row("td", row, kinds) for row in table.itertuples(index=False))
    body = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return f'<div class="table" tabindex="0" role="group" aria-label="Table">{body}</div>'


def _numbers(drawing: Drawing) -> str:
    """What a figure shows, as a table that is closed at first."""
    if drawing.data is None:
        return ""
    shown = drawing.data.head(MOST_ROWS).rename(columns=lambda name: words.capital(str(name).replace("_", " ")))
    rest = len(drawing.data) - len(shown)
    more = f"<p>And {words.counted(rest, 'more row')} in the file.</p>" if rest else ""
    return f"<details><summary>As a table</summary>{_table(shown)}{more}</details>"


def _csv(content: pd.DataFrame) -> str:
    """The table for a spreadsheet, which runs nothing of it."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(map(defused, content.columns))
    out.writerows([_plain(cell) for cell in row] for row in content.itertuples(index=False))
    return written.getvalue()


def _plain(cell: Any) -> Any:
    return "" if cell is None or cell != cell else round(cell, DECIMALS) if isinstance(cell, float) else defused(cell)


def heading(question: str) -> None:
    """Show the heading of what is only there where a study asks for it."""
    _show({"text/html": f"<h2>{html.escape(question)}</h2>"}, question)


def findings(sentences: Iterable[str]) -> None:
    """Show sentences as a list; `**bold**` is kept, text from data must come escaped."""
    # A line end in a label would begin a heading, a list or a block of code.
    listed = "\n".join(f"- {' '.join(sentence.splitlines())}" for sentence in sentences)
    _show({"text/markdown": listed}, listed)


def _captioned(
    content: str,
    caption: str,
    plain: str,
    further: dict[str, Any] | None = None,
    numbers: str = "",
    about: dict[str, Any] | None = None,
) -> None:
    coded = CODE.sub(r"<code>\1</code>", html.escape(caption))
    page = {"text/html": f"<figure>{content}<figcaption>{coded}</figcaption>{numbers}</figure>"} | (further or {})
    _show(page, f"{plain}\n{caption}", about)


def _row(tag: str, cells: Iterable[str], kinds: list[str]) -> str:
    written = (_cell(tag if cell != "" else "td", cell, kind) for cell, kind in zip(cells, kinds, strict=True))
    return f"<tr>{''.join(written)}</tr>"


def _cell(tag: str, cell: str, kind: str) -> str:
    return f"<{tag}{kind}>{words.escaped(cell)}</{tag}>"


def _show(page: dict[str, Any], plain: str, about: dict[str, Any] | None = None) -> None:
    is_plain = PLAIN_VARIABLE in os.environ
    display(({} if is_plain else page) | {"text/plain": plain}, raw=True, metadata={} if is_plain else about)
