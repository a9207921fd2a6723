"""Formulas in prose, written in the few signs of LaTeX that the notebooks use, as MathML: browsers show it unaided."""

import html
import re
from collections import deque

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.")
LETTERS = {r"\alpha": "α", r"\lambda": "λ", r"\rho": "ρ"}
FUNCTIONS = {r"\ln": "ln", r"\max": "max"}
LARGE = {r"\sum": "∑", r"\prod": "∏"}  # what runs from where to where stands below and above
OPERATORS = {r"\cap": "∩", r"\cup": "∪", r"\in": "∈", r"\le": "≤", r"\lVert": "‖", r"\rVert": "‖", "-": "−", "|": "|"}
OVER = {r"\bar": "¯", r"\hat": "^"}
SPACES = {r"\,": "0.17em", r"\quad": "1em"}
FENCES = "()|‖"  # as high as a letter, but for those of \left and \right: as high as what they hold


def in_prose(text: str) -> str:
    """Markdown with its formulas as MathML."""
    return FORMULA.sub(lambda found: _math(found[1] or found[2], ' display="block"' if found[1] else ""), text)


def _math(formula: str, display: str) -> str:
    tokens = deque(TOKEN.findall(formula))
    return f"<math{display}>{_row(tokens)}</math>"


def _row(tokens: deque[str]) -> str:
    """Everything up to what ends the group, or to the end."""
    parts = []
    while tokens and tokens[0] not in ("}", r"\right"):
        if tokens[0].isspace():
            tokens.popleft()
        else:
            parts.append(_scripted(tokens))
    return "".join(parts)


def _scripted(tokens: deque[str]) -> str:
    """A sign, or a group, with what stands at its foot and its head."""
    below, above = ("under", "over") if tokens[0] in (*LARGE, r"\max") else ("sub", "sup")
    base, scripts = _atom(tokens), {}
    while tokens and tokens[0] in ("_", "^"):
        place = below if tokens.popleft() == "_" else above
        scripts[place] = _atom(tokens)
    if not scripts:
        return base
    name = f"m{below if below in scripts else ''}{above if above in scripts else ''}"
    return f"<{name}>{base}{''.join(scripts[each] for each in (below, above) if each in scripts)}</{name}>"


def _atom(tokens: deque[str]) -> str:
    token = tokens.popleft()
    if token == r"\left":
        opening, inside = tokens.popleft(), _group(tokens)
        return f"<mrow><mo>{opening}</mo>{inside}<mo>{tokens.popleft()}</mo></mrow>"
    if token == "{":
        return f"<mrow>{_group(tokens)}</mrow>"
    if token == r"\text":
        tokens.popleft()
        return f"<mtext>{html.escape(_until_brace(tokens))}</mtext>"
    if token == r"\frac":
        return f"<mfrac>{_atom(tokens)}{_atom(tokens)}</mfrac>"
    if token == r"\sqrt":
        return f"<msqrt>{_atom(tokens)}</msqrt>"
    if token in OVER:
        return f'<mover accent="true">{_atom(tokens)}<mo>{OVER[token]}</mo></mover>'
    if token in SPACES:
        return f'<mspace width="{SPACES[token]}"></mspace>'
    if token in LETTERS or token in FUNCTIONS or token.isalpha():
        return f"<mi>{LETTERS.get(token) or FUNCTIONS.get(token) or token}</mi>"
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token.startswith("\\") and token not in OPERATORS and token not in LARGE:
        raise ValueError(f"no sign is known for {token} in a formula: pages/report/formulas.py lists those that are")
    sign = LARGE.get(token) or OPERATORS.get(token, token)
    height = ' stretchy="false"' if sign in FENCES else ""
    return f"<mo{height}>{html.escape(sign)}</mo>"


def _group(tokens: deque[str]) -> str:
    inside = _row(tokens)
    tokens.popleft()
    return inside


def _until_brace(tokens: deque[str]) -> str:
    inside = []
    while (token := tokens.popleft()) != "}":
        inside.append(token)
    return "".join(inside)
