"""Letters that go with a page, for readers whose machine has no font for its labels' script."""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from typing import TYPE_CHECKING

from customer_segments.pages.plots.palette import DEJAVU, FONTS

if TYPE_CHECKING:
    from pathlib import Path

FIRST_SIGN = 0x20  # before it are line ends and other controls
STACK = 'body { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", "Further signs", sans-serif; }'


def with_its_signs(page: str) -> str:
    """The page with those signs of our further fonts that it needs and DejaVu Sans lacks; most pages as they are."""
    needed = {ord(sign) for sign in set(page)} - _has(DEJAVU / "DejaVuSans.ttf") - set(range(FIRST_SIGN))
    faces = []
    for file in sorted(FONTS.glob("*.[ot]tf")) if needed else ():
        if found := needed & _has(file):
            needed -= found
            faces.append(_face(file, found))
    return page.replace("</style>", "\n".join(["", *faces, STACK, "</style>"]), 1) if faces else page


def naming_fonts(drawn: str) -> str:
    """A figure's SVG in which each sign that DejaVu Sans lacks names the font that has it: typst looks for no other."""
    return re.sub(r"(?<=>)[^<]+(?=</text>)", lambda text: "".join(map(_run, *_runs(text[0]))), drawn)


def _runs(text: str) -> tuple[list[str], list[str]]:
    """The parts of a text, each with the family that draws it; none where the figure's own does."""
    parts, families = [], []
    for sign in text:
        file = next((file for file in _files() if ord(sign) in _has(file)), None)
        if parts and (file is None or families[-1] == _family(file)):
            parts[-1] += sign
        else:
            parts.append(sign)
            families.append(_family(file) if file else "")
    return parts, families


def _run(text: str, family: str) -> str:
    return f'<tspan font-family="{family}">{text}</tspan>' if family else text


def _files() -> list[Path]:
    return [DEJAVU / "DejaVuSans.ttf", *sorted(FONTS.glob("*.[ot]tf"))]


@cache
def _family(file: Path) -> str:
    """What a font calls itself; nothing for the one that figures have anyway."""
    from fontTools.ttLib import TTFont

    return "" if file.parent == DEJAVU else TTFont(file, lazy=True)["name"].getDebugName(1)


def _face(file: Path, signs: set[int]) -> str:
    """A font-face rule that holds these signs of the font, the same bytes each time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(file, lazy=True, recalcTimestamp=False)
    cut = subset.Subsetter(subset.Options(layout_features=["*"], notdef_outline=True))
    cut.populate(unicodes=signs)
    cut.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    source = base64.b64encode(buffer.getvalue()).decode()
    reach = ", ".join(f"U+{sign:X}" for sign in sorted(signs))
    address = f"data:font/{file.suffix[1:]};base64,{source}"
    return f'@font-face {{ font-family: "Further signs"; src: url({address}); unicode-range: {reach}; }}'


@cache
def _has(file: Path) -> frozenset[int]:
    """The signs that a font can draw."""
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(file, lazy=True).getBestCmap())
