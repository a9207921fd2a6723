"""What a notebook shows: figures, tables and sentences, as HTML for readers and as plain text for comparing runs."""

from __future__ import annotations

import csv
import html
import io
import os
import re
from collections.abc import Iterable
from datetime import date
from itertools import chain, groupby, repeat
from operator import itemgetter
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
CODE = re.compile(
    rf"`((?:{'|'.join(Params.model_fields)}|cleaning|features)\.\w+|(?:data|reports)/[\w./]+|rejected\.csv)`"
)
MOST_ROWS = 60  # of a figure's numbers on a page; the others are in the file
# A drawn figure takes the page's colours, which may be dark, and is seen from farther away on a narrow page. Before
# that a picture of it is taken for paper, on which nothing turns.
AS_THE_PAGE = """
const place = document.getElementById("{plot_id}"), wide = place.clientWidth, { eye } = place.layout.scene.camera;
const style = getComputedStyle(document.body), line = style.getPropertyValue("--line").trim();
const looks = { "font.color": style.color }, still = new Image();
for (const axis of ["x", "y", "z"]) {
  for (const kind of ["grid", "zeroline"]) looks[`scene.${axis}axis.${kind}color`] = line;
  looks[`scene.camera.eye.${axis}`] = eye[axis] * Math.max(1, 520 / wide);
}
still.className = "still";
still.alt = place.closest(".turning").getAttribute("aria-label");
Plotly.toImage(place, { format: "png", width: 680, height: 500, scale: 2 }).then((source) => {
  still.src = source;
  place.closest(".turning").append(still);
  Plotly.relayout(place, looks);
});
"""
PLOTLY_SCRIPT = "assets/plotly.min.js"  # beside the reports


def figure(drawing: Drawing | Shaded | None, caption: str, alt: str, title: str) -> None:
    """Show a figure under its finding, with what it measures, a text for those who cannot see it, and its numbers.

    None shows nothing.
    """
    if drawing is None:
        return
    from customer_segments.pages.plots import inline, shaded, style

    if isinstance(drawing, shaded.Shaded):
        picture, numbers = shaded.as_html(drawing), ""
    else:
        picture, numbers = inline.within_page(style.svg(drawing), alt), _numbers(drawing)
    data = {} if drawing.data is None else {CSV: _csv(drawing.data)}
    about = {CSV: {"name": drawing.name}} if data else {}
    _show(_titled(picture, title, caption, numbers) | data, f"{title}\n{alt}\n{caption}", about)


def turnable(drawing: Any, caption: str, alt: str, title: str, name: str) -> None:
    """Show a Plotly figure that can be turned, from a script that lies beside the reports."""
    config = {"displaylogo": False, "showSendToCloud": False, "responsive": True}
    division = drawing.to_html(
        full_html=False, include_plotlyjs=False, div_id=name, config=config, post_script=AS_THE_PAGE
    )
    turning = f'<div class="turning" role="group" aria-label="{html.escape(alt)}">{division}</div>'
    for_lab = {"application/vnd.plotly.v1+json": drawing.to_plotly_json()}
    page = _titled(f'<script src="{PLOTLY_SCRIPT}"></script>{turning}', title, caption)
    _show(page | for_lab, f"{title}\n{alt}\n{caption}")


def table(content: pd.DataFrame, caption: str) -> None:
    """Show a table whose cells are already written for a reader; columns of numbers stand right, others left.

    An empty one is its caption alone; one without a caption has nothing to say.
    """
    if content.empty and not caption:
        return None
    if content.empty:
        return findings([html.escape(caption)])
    page = f"<figure>{_table(content)}<figcaption>{_coded(caption)}</figcaption></figure>"
    _show({"text/html": page}, f"{content.to_string(index=False)}\n{caption}")


def _table(content: pd.DataFrame) -> str:
    table = written(content)
    kinds = [' class="number"' if number else "" for number in numeric(table)]
    head = _row(table.columns, kinds, repeat("col"))
    rows = "".join(chain.from_iterable(_rows(list(group), kinds) for _, group in groupby(_cells(table), itemgetter(0))))
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
    if isinstance(cell, date) and cell == cell:
        return f"{cell:%Y-%m-%d}"
    return "" if cell is None or cell != cell else round(cell, DECIMALS) if isinstance(cell, float) else defused(cell)


def heading(question: str) -> None:
    """Show the heading of what is only there where a study asks for it."""
    _show({"text/html": f"<h2>{html.escape(question)}</h2>"}, question)


def findings(sentences: Iterable[str]) -> None:
    """Show sentences as a list; `**bold**` is kept, text from data must come escaped."""
    # A line end in a label would begin a heading, a list or a block of code.
    listed = "\n".join(f"- {' '.join(sentence.splitlines())}" for sentence in sentences)
    _show({"text/markdown": listed}, listed)


def _titled(picture: str, title: str, caption: str, numbers: str = "") -> dict[str, str]:
    """A figure's page: the finding, which is also its name, what shows it, and what that measures."""
    measured = f'<p class="measured">{_coded(caption)}</p>' if caption else ""
    return {"text/html": f"<figure><figcaption>{_coded(title)}</figcaption>{picture}{measured}{numbers}</figure>"}


def _coded(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", html.escape(text))


def _cells(table: pd.DataFrame) -> Iterable[tuple[str, ...]]:
    return table.itertuples(index=False, name=None)


def _rows(rows: list[tuple[str, ...]], kinds: list[str]) -> Iterable[str]:
    """Rows of one name, which spans them; what tells them apart then stands beside it."""
    if len(rows) == 1 or not rows[0][0]:
        return (_row(row, kinds, chain(["row"], repeat(""))) for row in rows)
    name = f'<th scope="rowgroup" rowspan="{len(rows)}"{kinds[0]}>{words.escaped(rows[0][0])}</th>'
    further = [_row(row[1:], kinds[1:], chain(["row"], repeat(""))) for row in rows]
    return [further[0].replace("<tr>", f"<tr>{name}", 1), *further[1:]]


def _row(cells: Iterable[str], kinds: list[str], heading: Iterable[str]) -> str:
    """Cells, of which some head their row or column."""
    return f"<tr>{''.join(map(_cell, cells, kinds, heading))}</tr>"


def _cell(cell: str, kind: str, heads: str) -> str:
    tag, scope = ("th", f' scope="{heads}"') if heads and cell != "" else ("td", "")
    return f"<{tag}{scope}{kind}>{words.escaped(cell)}</{tag}>"


def _show(page: dict[str, Any], plain: str, about: dict[str, Any] | None = None) -> None:
    is_plain = PLAIN_VARIABLE in os.environ
    display(({} if is_plain else page) | {"text/plain": plain}, raw=True, metadata={} if is_plain else about)
