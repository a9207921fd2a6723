"""What chance alone would do: the groups drawn again as they were drawn, and which effects that does not rule out.

In each group a line through what customers spent before tells what all customers would have done in it (Lin 2013); the
difference of both in its standard errors is held against that of groups drawn again. Under any assumed effect, the same
for all, it is known what each customer would have done in the other group. The effects that are not ruled out are the
interval. However skewed spending is and however small the groups, it calls nothing an effect more often than it says; a
normal or t distribution does where few have most.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

BEYOND = 100  # of the redraws, so many lie farther out than what the error just allows to rule out
LUCK = 2 * BEYOND**0.5  # of them, by which other redraws may differ; what they would not rule out is not ruled out
FITTED = 2  # a line's parameters
AT_A_TIME = 4_000_000  # random numbers
STEPS, HALVINGS, FARTHEST = 16, 24, 60
TIE = 1e-9
LEAST = 1e-12  # of all there is: what varies less does not vary


@dataclass(frozen=True)
class Redraws:
    """A segment's groups as drawn (the first column) and drawn again, each under any assumed effect e.

    Treated less held out is d0 + e d1, its variance v0 + e v1 + e² v2.
    """

    count: int
    difference: np.ndarray  # rows: d0, d1
    variance: np.ndarray  # rows: v0, v1, v2


def drawn_again(
    measured: np.ndarray, treated: np.ndarray, before: np.ndarray, strata: np.ndarray, rng: np.random.Generator,
    significance: float, steadied: float,
) -> Redraws:  # fmt: skip
    """The groups drawn again within strata, as often as an error of this size needs.

    `steadied` is how many customers' worth of the whole segment's variance goes into each group's.
    """
    x, y, z = (each - each.mean() for each in (before, measured, treated.astype(float)))
    x = x / (np.abs(x).max() or 1)
    columns = np.column_stack([x, y, z, x * x, x * y, x * z, y * y, y * z, z * z])
    again = np.zeros((math.ceil(BEYOND / significance), columns.shape[1]))
    for stratum in np.unique(strata):
        inside = strata == stratum
        again += np.concatenate(list(_sums(columns[inside], int((~treated[inside]).sum()), len(again), rng)))
    everyone, held = columns.sum(axis=0), np.vstack([columns[~treated].sum(axis=0), again])
    groups = (held, int((~treated).sum()), -1), (everyone - held, int(treated.sum()), 1)
    pooled = everyone[6:, None] / (len(x) - 1)
    difference, variance = np.zeros((2, len(held))), np.zeros((3, len(held)))
    for sums, count, sign in groups:
        means, spread, weight = _fitted(sums.T, count, LEAST * everyone[3])
        difference += sign * means
        variance += (spread + steadied * pooled) / (count - FITTED + steadied) * weight
    return Redraws(len(x), difference * [[1], [-1]], variance * [[1], [-2], [1]])


def _fitted(sums: np.ndarray, count: int, least: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a line through a group tells of everyone (y, z), what it leaves (yy, yz, zz), and its error's weight."""
    x, y, z = sums[:3] / count
    xx, xy, xz, yy, yz, zz = sums[3:] - count * np.stack([x * x, x * y, x * z, y * y, y * z, z * z])
    flat = xx <= least  # where all of a group spent the same, no line can be drawn
    per_x = np.where(flat, 0.0, 1 / np.where(flat, 1.0, xx))
    means = np.stack([y - xy * per_x * x, z - xz * per_x * x])
    left = np.stack([yy - xy * xy * per_x, yz - xy * xz * per_x, zz - xz * xz * per_x])
    return means, left, 1 / count + x * x * per_x


def _sums(columns: np.ndarray, held: int, redraws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The sums over so many of these customers, drawn by chance, again and again."""
    step = max(1, AT_A_TIME // len(columns))
    for start in range(0, redraws, step):
        times = min(step, redraws - start)
        if held in (0, len(columns)):
            yield np.repeat(columns.sum(axis=0)[None] * (held > 0), times, axis=0)
            continue
        keys = rng.random((times, len(columns)), dtype=np.float32)
        last = np.partition(keys, held - 1, axis=1)[:, held - 1 : held]
        yield (keys <= last).astype(float) @ columns


def interval(parts: list[Redraws], significance: float) -> tuple[float, float, float] | None:
    """The uplift of segments together, each by its size, and from where to where it may be; None if unknown."""
    weights = [part.count / sum(each.count for each in parts) for part in parts]
    d0, d1 = sum(weight * part.difference for weight, part in zip(weights, parts, strict=True))
    v0, v1, v2 = sum(weight * weight * part.variance for weight, part in zip(weights, parts, strict=True))

    def is_possible(effect: float) -> bool:
        variance = np.maximum(v0 + effect * (v1 + effect * v2), np.finfo(float).tiny)
        in_errors = np.abs(d0 + effect * d1) / np.sqrt(variance)
        as_far = (in_errors[1:] >= in_errors[0] * (1 - TIE)).sum()
        return bool(as_far > significance * (in_errors.size - 1) - LUCK)

    uplift = float(-d0[0] / d1[0])
    error = v0[0] + uplift * (v1[0] + uplift * v2[0])
    if not error > LEAST * v0.max():
        return None
    ends = [_end(is_possible, uplift, way * math.sqrt(error)) for way in (-1, 1)]
    return None if None in ends else (uplift, *ends)


def _end(is_possible: Callable[[float], bool], uplift: float, error: float) -> float | None:
    """The farthest effect on this side that is not ruled out."""
    step = error
    for _ in range(FARTHEST):
        # Two in a row, as what is not ruled out may begin anew farther out.
        if not is_possible(uplift + step) and not is_possible(uplift + 2 * step):
            break
        step *= 2
    else:
        return None
    no_effect = [0.0] if uplift * error < 0 else []  # where it is on this side, so that what is called agrees
    tried = sorted([*np.linspace(uplift, uplift + step, STEPS), *no_effect], key=lambda effect: abs(effect - uplift))
    inside = max((place for place, effect in enumerate(tried) if is_possible(effect)), default=0)
    near, far = tried[inside], tried[min(inside + 1, len(tried) - 1)]
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if is_possible(middle) else (near, middle)
    return float(near)
