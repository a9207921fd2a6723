"""What is not told of a few people: the one place for it where counts stand side by side."""

from collections.abc import Sequence

Cell = tuple[int, int]


def untold(counts: Sequence[int], smallest: int) -> list[bool]:
    """Which counts are of a few, and as many of the next larger that a known sum tells neither one nor a few in all."""
    hidden = [0 < count < smallest for count in counts]
    while any(hidden) and not _is_safe([count for count, gone in zip(counts, hidden, strict=True) if gone], smallest):
        others = [place for place, count in enumerate(counts) if count >= smallest and not hidden[place]]
        if not others:
            break
        hidden[min(others, key=lambda place: counts[place])] = True
    return hidden


def _is_safe(hidden: Sequence[int], smallest: int) -> bool:
    return len(hidden) > 1 and sum(hidden) >= smallest


def hidden(counts: list[list[int]], smallest: int, fewest: int = 0) -> set[Cell]:
    """Of a table the small cells, and as many more that the sums of rows and columns give none of them away.

    Small are those from `fewest` on: with 1 it is told where there is nobody.
    """
    small = range(fewest, smallest)
    gone = {(row, place) for row, line in enumerate(counts) for place, count in enumerate(line) if count in small}
    while more := _given_away(counts, gone, smallest):
        gone.add(more)
    return gone


def _given_away(counts: list[list[int]], gone: set[Cell], smallest: int) -> Cell | None:
    """The next cell to be hidden, because of a hidden one that could be worked out."""
    lines = [
        (dark, light) for line in _lines(counts)
        if (dark := [cell for cell in line if cell in gone]) and (light := [cell for cell in line if cell not in gone])
    ]  # fmt: skip
    few = (light for dark, light in lines if len(dark) == 1 or sum(counts[r][c] for r, c in dark) < smallest)
    known = (light for dark, light in lines if any(_known(cell, gone) for cell in dark))
    light = next(few, None) or next(known, None)
    return light and min(light, key=lambda cell: (not _crosses(cell, light, gone), counts[cell[0]][cell[1]], cell))


def _crosses(cell: Cell, line: list[Cell], gone: set[Cell]) -> bool:
    """Whether the other line through a cell has something hidden already: then fewer need to be hidden in all."""
    along_row = len({row for row, _ in line}) == 1
    return any(other[1] == cell[1] if along_row else other[0] == cell[0] for other in gone)


def _lines(counts: list[list[int]]) -> list[list[Cell]]:
    rows, columns = range(len(counts)), range(len(counts[0]) if counts else 0)
    return [[(row, place) for place in columns] for row in rows] + [[(row, place) for row in rows] for place in columns]


def _known(cell: Cell, gone: set[Cell]) -> bool:
    """Whether the sums give the cell away: they do where no round trip over hidden cells leads through it.

    Rows and columns are places, hidden cells the roads between them.
    """
    roads = gone - {cell}
    reached, wave = set(), {("row", cell[0])}
    while wave:
        reached |= wave
        ends = {("column", place) for row, place in roads if ("row", row) in wave}
        ends |= {("row", row) for row, place in roads if ("column", place) in wave}
        wave = ends - reached
    return ("column", cell[1]) not in reached
