"""Letters that go with a page, for readers whose machine has no font for its labels' script."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import TYPE_CHECKING

from customer_segments.pages.plots.palette import DEJAVU, FONTS

if TYPE_CHECKING:
    from pathlib import Path

FIRST_SIGN = 0x20  # before it are line ends and other controls
# First, for browsers do not draw every text again once a later font of its list is there; it has no usual signs.
STACK = """body { font-family: "Further signs", system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.drawing { font-family: "Further signs", "DejaVu Sans", Verdana, sans-serif; }"""


def with_its_signs(page: str) -> str:
    """The page with those signs of our further fonts that it needs and DejaVu Sans lacks; most pages as they are."""
    needed = {ord(sign) for sign in set(page)} - _has(DEJAVU / "DejaVuSans.ttf") - set(range(FIRST_SIGN))
    faces = []
    for file in sorted(FONTS.glob("*.[ot]tf")) if needed else ():
        if found := needed & _has(file):
            needed -= found
            faces.append(_face(file, found))
    return page.replace("</style>", "\n".join(["", *faces, STACK, "</style>"]), 1) if faces else page


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
