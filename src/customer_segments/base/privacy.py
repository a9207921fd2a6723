"""What is not told of a few people: the one place for it where counts stand side by side."""

from collections.abc import Sequence


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
