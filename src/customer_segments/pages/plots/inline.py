"""A figure's SVG as part of a page; known without the libraries that draw."""

import hashlib
import html
import re

from customer_segments.pages.plots.palette import themed

FAMILY = "'DejaVu Sans', Verdana, sans-serif"  # of one width


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
