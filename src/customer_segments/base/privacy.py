"""What is not told of a few people: the one place for it where counts stand side by side."""

from collections.abc import Sequence


def untold(counts: Sequence[int], smallest: int) -> list[bool]:
    """Which counts are of a few; where it is a single one also the next larger, or a known sum would tell it."""
    few = [0 < count < smallest for count in counts]
    others = [place for place, count in enumerate(counts) if count >= smallest]
    if sum(few) == 1 and others:
        few[min(others, key=lambda place: counts[place])] = True
    return few
