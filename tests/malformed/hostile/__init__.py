"""Files made to exhaust or to mislead: each small, and each a table of exactly its rows or one sentence."""

from __future__ import annotations

from typing import Any

from tests.malformed.cases import TWO, Case, Content, Expected

HOSTILE: dict[str, Case] = {}  # by name: a module of cases may be loaded twice


def hostile(name: str, file: str, content: Content, *expected: Expected, **more: Any) -> None:
    """Add a case of one customers file; without saying what must come of it, a sentence or two good rows."""
    HOSTILE[name] = Case(name, {file: content}, expected, place=more.pop("place", file), **more)


__all__ = ["HOSTILE", "TWO", "Case", "hostile"]
