"""What all columns' names begin with, as a table's letters or a list's own name do, and which says nothing of any."""

import re
from collections.abc import Collection, Iterable
from itertools import takewhile

from customer_segments.sources import naming

FEWEST = 5  # columns
LONGEST = 3  # letters of a table's mark
CUT = 6  # letters that a name has at most on old machines, so that its words are cut short
SHORTEST = 2  # letters that follow it
MOST = 0.5  # of the columns that stand below one name, or that one letter makes unknown

_BELOW = re.compile(r"[^.]+?(?:\.| - )")
_MARK = re.compile(r"[A-Za-z]{1,5}\d{0,2}_")
_CODES = re.compile(r"[A-Z]+\d*")


def without(names: Collection[str]) -> dict[str, str]:
    """For each name what it says without what it shares with the others, the same where that tells nothing apart."""
    told = dict(zip(names, _without_list(_without_mark(list(names))), strict=True))
    return told if len(set(told.values())) == len(told) else dict(zip(names, names, strict=True))


def _without_mark(names: list[str]) -> list[str]:
    """Codes such as `FZKDNR` and `FZMENG` without the letters of their table; a point says that a word is cut short."""
    mark = _beginning(min(names), max(names)) if len(names) >= FEWEST else ""
    codes = 1 <= len(mark) <= LONGEST and all(map(_CODES.fullmatch, names))
    if not codes or min(map(len, names)) < len(mark) + SHORTEST or not naming.is_unknown(mark):
        return names
    if len(mark) == 1 and _unknown(name[1:] for name in names) > MOST * _unknown(names):
        return names  # which begin with the same letter by chance
    end = "." if max(map(len, names)) <= CUT else ""
    return [f"{name[len(mark) :].rstrip('0123456789')}{end}{_digits(name)}" for name in names]


def _beginning(first: str, last: str) -> str:
    """What the first and the last of sorted names have in common, and so have all."""
    alike = (a == b for a, b in zip(first, last, strict=False))
    return first[: sum(takewhile(bool, alike))]


def _unknown(names: Iterable[str]) -> int:
    return sum(map(naming.is_unknown, names))


def _digits(name: str) -> str:
    return re.search(r"\d*$", name)[0]


def _without_list(names: list[str]) -> list[str]:
    """`attributes.city` as `city` where most stand below a name that means nothing, and `Deal - Value` as `Value`.

    `Gf_Amount` is `Amount` where all begin so.
    """
    mark = _MARK.match(min(names)) if len(names) >= FEWEST else None
    if mark and naming.is_unknown(mark[0]) and all(each.startswith(mark[0]) and each != mark[0] for each in names):
        return [name.removeprefix(mark[0]) for name in names]
    firsts = [found[0] for name in names if (found := _BELOW.match(name))]
    first = max(firsts, key=firsts.count, default="")
    if (
        len(names) < FEWEST
        or firsts.count(first) < MOST * len(names)
        or not (naming.is_unknown(first) or first.endswith(" - "))
    ):
        return names
    return [name.removeprefix(first) for name in names]
