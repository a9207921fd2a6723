"""The colours and fonts that figures and pages share; known without the libraries that draw."""

import importlib.util
import re
from pathlib import Path

# By name, on light paper and on dark. Each has one meaning on every page.
TONES = {
    "ink": ("#1f2a37", "#e6eaef"),  # text, and what was chosen or is a limit
    "muted": ("#5b6674", "#a3adb8"),  # what is said by the way, and what has no segment
    "line": ("#dfe4e9", "#36404b"),
    "paper": ("#ffffff", "#14191f"),
    "wash": ("#f5f7f9", "#1c232b"),
    "accent": ("#0b6e99", "#5bb8de"),  # what the study found
    "beside": ("#87929e", "#5f6a76"),  # what it is held against; who is gone
    "below": ("#b08a00", "#c9a227"),  # under all others, or against each other; `accent` is above and together
    "lost": ("#c2410c", "#ff8a5c"),  # rows taken out
    "risk": ("#d67d24", "#94560e"),  # customers about to be lost
}
INK, MUTED, GRID, PAPER, WASH, ACCENT, BESIDE, BELOW, LOST, RISK = (light for light, _ in TONES.values())
# Those before `SURE` are told apart by people with any kind of colour-blindness; later ones are hatched or dashed too.
SEGMENTS = (
    "#0c9e92", "#e76d24", "#553db6", "#9279f3", "#865555", "#3d243d", "#243100", "#3d6100", "#aa7961", "#796186",
    "#fb1bc0", "#ab0266",
)  # fmt: skip
DARK_SEGMENTS = (
    "#3d9e92", "#e79224", "#6161aa", "#aa92ff", "#9e553d", "#ffdbff", "#b6f3c2", "#7fae3c", "#d9b3a0", "#b9a3c8",
    "#fcf10b", "#f5367d",
)  # fmt: skip
SURE = 7
COLOURS = TONES | {f"segment-{n}": pair for n, pair in enumerate(zip(SEGMENTS, DARK_SEGMENTS, strict=True), 1)}
HEX = re.compile(r"#[0-9a-f]{6}\b")
DEJAVU = Path(importlib.util.find_spec("matplotlib").origin).parent / "mpl-data/fonts/ttf"
FONTS = Path(__file__).parent / "fonts"  # for the signs that matplotlib's own font lacks


def segment_colour(position: int) -> str:
    """The colour of the segment at this position (0 = first) in every figure; grey for "not assigned" (-1)."""
    return SEGMENTS[position % len(SEGMENTS)] if position >= 0 else MUTED


def is_sure(position: int) -> bool:
    """Whether a segment's colour alone tells it from all others."""
    return position < SURE


def themed(text: str) -> str:
    """The text with our colours by their names, so that a page on dark paper can have its own."""
    names = {light: name for name, (light, _) in COLOURS.items()}
    return HEX.sub(lambda found: f"var(--{names[found[0]]})" if found[0] in names else found[0], text)


def sheet() -> str:
    """The colours by their names as a page's styles have them: light, and dark where the reader has dark paper."""
    light, dark = ("; ".join(f"--{name}: {pair[side]}" for name, pair in COLOURS.items()) for side in (0, 1))
    return (
        f":root {{ {light}; color-scheme: light dark; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}; }} }}\n"
    )
