"""Text whose cells stand in columns of signs, or apart by blanks alone: cut, and written with tabs instead."""

import csv
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

NEARLY_ALL = 0.95  # of the lines
FEWEST_LINES = 3
DELIMITER = "\t"

Cut = Callable[[str], list[str]]


def with_tabs(path: Path, lines: list[str], scratch: Path) -> Path | None:
    """The file written with tabs, if its first lines say where its cells end."""
    cut = _cut([line for line in lines if line.strip()])
    if cut is None:
        return None
    target = scratch / f"{len(list(scratch.iterdir()))}-cut.tsv"
    with path.open(encoding="utf-8-sig", newline="") as source, target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\n")
        for line in source:
            writer.writerow(cut(line.rstrip("\r\n")) if line.strip() else [])
    return target


def _cut(lines: list[str]) -> Cut | None:
    if len(lines) < FEWEST_LINES:
        return None
    places = _places(lines)
    counts = [len(line.split()) for line in lines]
    usual = max(set(counts), key=counts.count)
    headed = counts[0] == len(places) != usual  # a name of one word above cells of several
    if usual > 1 and usual >= len(places) and not headed and counts.count(usual) >= NEARLY_ALL * len(counts):
        return str.split
    if len(places) > 1:
        ends = [*places[1:], None]
        return lambda line: [line[start:end].strip() for start, end in zip(places, ends, strict=True)]
    return None


def _places(lines: list[str]) -> list[int]:
    """Where the columns of signs begin: behind blanks that all lines have."""
    long = [line for line in lines if len(line) >= max(map(len, lines)) / 2]
    width = max(map(len, long))
    filled = [any(line[place : place + 1].strip() for line in long) for place in range(width)]
    marks = "".join("x" if each else " " for each in filled)
    begins = [found.start() for found in re.finditer(r"x+", marks)]
    # One blank may stand within the cells of all of a few lines; more of them do not.
    wide = [start for before, start in pairwise(begins) if marks[before:start].endswith("  ") or len(long) >= 20]
    return [0, *wide] if begins else []
