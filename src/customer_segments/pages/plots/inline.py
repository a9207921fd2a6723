"""A figure's SVG as part of a page; known without the libraries that draw."""

import hashlib
import html
import re

from customer_segments.pages.plots.palette import themed

FAMILY = "'DejaVu Sans', Verdana, sans-serif"  # of one width
WORDS = re.compile(r"<text ([^>]*)>([^<]*)</text>")
PLACE = re.compile(r'(?:x="|translate\()(-?[\d.]+)(?:" y="| )(-?[\d.]+)')
BEFORE = {"middle": 0.5, "end": 1.0}  # how much of a text lies before its place


def within_page(drawn: bytes, alt: str) -> str:
    """A figure's SVG as part of a page: its colours are the page's, and its names no other figure's."""
    text = drawn.decode()
    own = hashlib.sha1(drawn, usedforsecurity=False).hexdigest()[:8]
    text = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>f{own}", text[text.index("<svg") :])
    text = re.sub(r"<(?!image)[^>]*>", lambda tag: themed(tag[0]), text)
    _, _, width, height = re.search(r'viewBox="([^"]*)"', text)[1].split()
    size = f'style="--drawn: {float(width):g}" viewBox="0 0 {width} {height}"'
    opening = f'<svg class="drawing" role="img" aria-label="{html.escape(alt)}" {size} font-family="{FAMILY}">'
    return opening + text[text.index(">") + 1 :]


def apart(drawn: str) -> tuple[str, list[dict[str, object]]]:
    """A figure's SVG without its words, and these by their places, for what cannot mix scripts within a figure."""
    return WORDS.sub("", drawn), [_word(*found) for found in WORDS.findall(drawn)]


def _word(attributes: str, text: str) -> dict[str, object]:
    across, down = PLACE.search(attributes).groups()
    looks = dict(re.findall(r"([\w-]+): ([^;\"]+)", attributes))
    return {
        "text": html.unescape(text),
        "x": float(across),
        "y": float(down),
        "before": BEFORE.get(looks.get("text-anchor", ""), 0.0),
        "size": float(looks["font-size"].removesuffix("px")),
        "weight": int(looks.get("font-weight", 400)),
        "fill": looks.get("fill", "#000000"),
    }
