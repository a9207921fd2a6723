"""What a notebook shows: figures, tables and sentences, as HTML for readers and as plain text for comparing runs."""

from __future__ import annotations

import base64
import html
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from IPython.display import display

from customer_segments.base import words
from customer_segments.base.params import Params
from customer_segments.pages.report.written import numeric, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

PLAIN_VARIABLE = "CUSTOMER_SEGMENTS_PLAIN"  # set: show plain text only, for comparing runs
# A setting or a file that a caption of ours names; whatever else stands in backticks comes from the data.
CODE = re.compile(rf"`((?:{'|'.join(Params.model_fields)}|cleaning|features)\.\w+|data/[\w./]+|rejected\.csv)`")
PLOTLY_SCRIPT = "assets/plotly.min.js"  # beside the reports


def figure(drawing: Figure | None, caption: str, alt: str) -> None:
    """Show a figure with a caption below it and a text in its place for those who cannot see it; none shows nothing."""
    if drawing is None:
        return
    from customer_segments.pages.plots.style import png

    source = base64.b64encode(png(drawing)).decode()
    width = round(drawing.get_figwidth() * 96)
    picture = f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}" width="{width}">'
    _captioned(picture, caption, alt)


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
    table = written(content)
    kinds = [' class="number"' if number else "" for number in numeric(table)]
    head = _row("th", table.columns, kinds)
    rows = "".join(_row("td", row, kinds) for row in table.itertuples(index=False))
    body = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    scrolled = f'<div class="table" tabindex="0" role="group" aria-label="Table">{body}</div>'
    _captioned(scrolled, caption, content.to_string(index=False))


def findings(sentences: Iterable[str]) -> None:
    """Show sentences as a list; `**bold**` is kept, text from data must come escaped."""
    # A line end in a label would begin a heading, a list or a block of code.
    listed = "\n".join(f"- {' '.join(sentence.splitlines())}" for sentence in sentences)
    _show({"text/markdown": listed}, listed)


def _captioned(content: str, caption: str, plain: str, for_lab: dict[str, Any] | None = None) -> None:
    coded = CODE.sub(r"<code>\1</code>", html.escape(caption))
    page = {"text/html": f"<figure>{content}<figcaption>{coded}</figcaption></figure>"} | (for_lab or {})
    _show(page, f"{plain}\n{caption}")


def _row(tag: str, cells: Iterable[str], kinds: list[str]) -> str:
    written = (_cell(tag if cell != "" else "td", cell, kind) for cell, kind in zip(cells, kinds, strict=True))
    return f"<tr>{''.join(written)}</tr>"


def _cell(tag: str, cell: str, kind: str) -> str:
    return f"<{tag}{kind}>{words.escaped(cell)}</{tag}>"


def _show(page: dict[str, Any], plain: str) -> None:
    display(({} if PLAIN_VARIABLE in os.environ else page) | {"text/plain": plain}, raw=True)
