"""The look that all figures share."""

import io
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Self
from weakref import WeakKeyDictionary

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.ticker import PercentFormatter

from customer_segments.base import words
from customer_segments.pages.plots.inline import FAMILY
from customer_segments.pages.plots.palette import FONTS, GRID, INK, MUTED, is_sure, segment_colour

PIXELS_PER_INCH = 144  # of what is drawn as pixels within a figure
WIDTH = 5.0  # inches: its letters are nearly 11 pixels high on a phone of 390
MOST_MARKS = 2000  # that a page can carry one by one
FEWEST_DIGITS = re.compile(r"(\.\d\d)\d+")  # behind the point of a place: a hundredth of a point cannot be seen
FEWEST_LETTERS = 4  # that are left of a category behind its column; with fewer, its column is cut as well
LONGEST_LABEL = 24  # letters beside an axis; the whole label stands in the text alternative and the tables


class Drawing(Figure):
    """A figure that knows what it shows, for those who want it as a table, and what that is called as a file."""

    name = ""
    data: pd.DataFrame | None = None

    def telling(self, name: str, data: pd.DataFrame) -> Self:
        self.name, self.data = name, data
        return self


_DRAWN: WeakKeyDictionary[Figure, bytes] = WeakKeyDictionary()
_RC = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "hatch.color": "white",
    "hatch.linewidth": 1.5,
    "svg.hashsalt": "customer_segments",
    "svg.fonttype": "none",  # text stays text
    "text.parse_math": False,  # labels come from the data: a $ in them is no formula
}

# matplotlib looks for its fonts anew whenever it measures a text, which takes a third of the time of drawing.
_FOUND = cache(fontManager._find_fonts_by_props)


def _found(wanted: FontProperties, *options: object, **more: object) -> list[str]:
    """The files of a font; they are the same at every size."""
    wanted = wanted.copy()
    wanted.set_size(_RC["font.size"])
    return _FOUND(wanted, *options, **more)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the project's settings, whatever the reader's own matplotlibrc says."""
    with mpl.rc_context(), warnings.catch_warnings():
        # A sign that no font has is drawn as the box of its script, and the page says nothing of it.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update(_RC | {"font.family": ["DejaVu Sans", *_further_families()]})
        usual, fontManager._find_fonts_by_props = fontManager._find_fonts_by_props, _found
        try:
            yield
        finally:
            fontManager._find_fonts_by_props = usual


@cache
def _further_families() -> tuple[str, ...]:
    """The families that are asked for a sign which DejaVu Sans lacks; each file serves as its own bold."""
    files = sorted(FONTS.glob("*.[ot]tf"))
    for file in files:
        fontManager.ttflist += [FontEntry(str(file), name=file.stem, weight=weight) for weight in (400, 700)]
    return tuple(file.stem for file in files)


def short(label: object, most: int = LONGEST_LABEL) -> str:
    """A label on one line, cut with … where it is wider than so many letters."""
    text = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", str(label))
    if words.width(text) <= most:
        return text
    column, _, category = text.partition(": ")
    if category and words.width(column) > most - FEWEST_LETTERS:
        column = short(column, most // 2)
        return f"{column}: {short(category, most - 2 - words.width(column))}"
    return words.cut(text, most)


def folded(label: object, across: int, most_lines: int) -> str:
    """A label on several lines of so many letters, cut with … where it needs more lines."""
    text = short(label, across * most_lines)
    return textwrap.fill(text, across * len(text) // words.width(text) if text else across)


def spread_out(heights: np.ndarray, gap: float) -> np.ndarray:
    """The nearest places in ascending order that keep `gap` between neighbours and stay within 0 to 1 if they can."""
    from scipy.optimize import isotonic_regression

    steps = gap * np.arange(len(heights))
    if not len(steps):
        return steps
    placed = isotonic_regression(np.asarray(heights, dtype=float) - steps).x
    return np.clip(placed, 0, max(0.0, 1 - steps[-1])) + steps


def new_figure(
    height: float, rows: int = 1, columns: int = 1, used: int | None = None, **options: object
) -> tuple[Drawing, list[Axes]]:
    """A figure as wide as the text, with its axes in one list; places beyond those used stay empty."""
    drawing = Drawing(figsize=(WIDTH, height), layout="constrained")
    axes = list(drawing.subplots(rows, columns, squeeze=False, **options).flat)
    used = len(axes) if used is None else used
    for unused in axes[used:]:
        unused.remove()
    return drawing, axes[:used]


def bare(axes: Axes, *, scale: bool = True, baseline: bool = False) -> None:
    """No grid, frame or marks, but for the line where bars begin; no scale where every bar carries its value."""
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.spines["left"].set_visible(baseline)
    axes.xaxis.set_visible(scale)


def hatch(position: int) -> str:
    """What a segment is filled with besides its colour, where that alone does not tell it from others."""
    return "" if is_sure(position) else "////"


def legend_above(axes: Axes, across: int = 3) -> None:
    """The legend over the axes, where it takes no width from them."""
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=across, borderaxespad=0.2)


def few_dates(axes: Axes) -> None:
    """Dates along the axis in few letters."""
    locator = AutoDateLocator(maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def percent_axis(axes: Axes) -> None:
    """Shares upwards from nothing, as per cent."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))


def segment_bars(axes: Axes, segments: pd.Series, lengths: pd.Series, written: list[str], height: float = 0.8) -> None:
    """A bar for each segment in its colour, each with its length written at its end."""
    colours = [segment_colour(segment - 1) for segment in segments]
    hatches = [hatch(segment - 1) for segment in segments]
    names = [words.segment(segment) for segment in segments]
    bars = axes.barh(names, lengths, color=colours, height=height, hatch=hatches, edgecolor="white", linewidth=0)
    axes.bar_label(bars, written, padding=4)


@house_style()
def svg(drawing: Figure) -> bytes:
    """A finished figure as SVG, the same bytes each time; drawn once, however often it is shown and saved."""
    if drawing not in _DRAWN:
        buffer = io.StringIO()
        about = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with _laid_out(drawing):
            drawing.savefig(buffer, format="svg", dpi=PIXELS_PER_INCH, metadata=about)
        _DRAWN[drawing] = _lighter(buffer.getvalue()).encode()
    return _DRAWN[drawing]


def _lighter(drawn: str) -> str:
    """The figure without what no reader sees: comments, its fonts again and again, names that nothing refers to."""
    referred = set(re.findall(r"#(\w+)", drawn))
    drawn = re.sub(r"<!--.*?-->\s*|<metadata>.*?</metadata>\s*|<!DOCTYPE.*?>\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"<[^>]*>", lambda tag: _lighter_tag(tag[0], referred), drawn)
    return re.sub(r"\n\s*(?=<)", "\n", drawn).replace("<svg ", f'<svg font-family="{FAMILY}" ', 1)


def _lighter_tag(tag: str, referred: set[str]) -> str:
    tag = re.sub(r' id="(\w+)"', lambda found: found[0] if found[1] in referred else "", tag)
    tag = re.sub(r" font-family: [^;\"]*;?", "", tag)
    return re.sub(r' (?:d|x|y)="[^"]*"', lambda found: FEWEST_DIGITS.sub(r"\1", re.sub(r"\s+", " ", found[0])), tag)


@contextmanager
def _laid_out(drawing: Figure) -> Iterator[None]:
    """With every part in its place already: matplotlib would draw it all once more to find them."""
    engine, usual = drawing.get_layout_engine(), drawing.dpi
    drawing.set_dpi(PIXELS_PER_INCH)
    if engine is not None:
        engine.execute(drawing)
    drawing.set_layout_engine(None)
    yield
    drawing.set_layout_engine(engine)
    drawing.set_dpi(usual)
