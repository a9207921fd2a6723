"""What a notebook shows: a figure with its caption, a table in words, sentences computed from the data.

Each output carries HTML for readers and plain text for comparing runs.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from IPython.display import display

from customer_segments import words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

PLOTLY_SCRIPT = "assets/plotly.min.js"  # beside the reports


def figure(drawing: Figure, caption: str, alt: str) -> None:
    """Show a figure with a caption below it and a text in its place for those who cannot see it."""
    from customer_segments.plots.style import png

    source = base64.b64encode(png(drawing)).decode()
    width = round(drawing.get_figwidth() * 96)
    picture = f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}" width="{width}">'
    _show(_captioned(picture, caption), f"{alt}\n{caption}")


def turnable(drawing: Any, caption: str, alt: str, name: str) -> None:
    """Show a Plotly figure that can be turned, from a script that lies beside the reports."""
    division = drawing.to_html(full_html=False, include_plotlyjs=False, div_id=name, config={"displaylogo": False})
    picture = f'<script src="{PLOTLY_SCRIPT}"></script><div role="img" aria-label="{html.escape(alt)}">{division}</div>'
    bundle = {"text/html": _captioned(picture, caption), "text/plain": f"{alt}\n{caption}"}
    display(bundle | {"application/vnd.plotly.v1+json": drawing.to_plotly_json()}, raw=True)


def table(content: pd.DataFrame, caption: str) -> None:
    """Show a table whose cells are already written for a reader; numbers stand right, text left."""
    head = "".join(f"<th>{words.escaped(column)}</th>" for column in content.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in content.itertuples(index=False))
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    _show(_captioned(f'<div class="table">{body}</div>', caption), f"{content.to_string(index=False)}\n{caption}")


def findings(sentences: Iterable[str]) -> None:
    """Show sentences as a list; `**bold**` is kept, text from data must come escaped."""
    listed = "\n".join(f"- {sentence}" for sentence in sentences)
    display({"text/markdown": listed, "text/plain": listed}, raw=True)


def _captioned(content: str, caption: str) -> str:
    return f"<figure>{content}<figcaption>{html.escape(caption)}</figcaption></figure>"


def _cell(value: Any) -> str:
    written = words.number(value) if isinstance(value, int | float) else str(value)
    numeric = written[:1] in "0123456789−–€$£+" and len(written) < 24
    return f"<td{' class="number"' if numeric else ''}>{words.escaped(written)}</td>"


def _show(page: str, plain: str) -> None:
    display({"text/html": page, "text/plain": plain}, raw=True)
