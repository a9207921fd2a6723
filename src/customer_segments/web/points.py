"""The map of a run's customers: a few as points, or as means of neighbours, and where each segment's middle lies."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from customer_segments.web import results

MOST_POINTS = 3000
COMPONENTS = ("component_1", "component_2", "component_3")


@lru_cache(maxsize=8)
def few(run: results.Run) -> tuple[tuple[Any, ...], ...]:
    """At most so many customers, the same share of every segment but for chance, and the same ones each time."""
    place = run.table("map")
    total = run.rows(f"SELECT count(*) AS total FROM {place}")[0]["total"]
    kept = 1_000_000 if total <= MOST_POINTS else int(1_000_000 * 0.95 * MOST_POINTS / total)
    axes = ", ".join(f"round({name}, 3) AS m{number}" for number, name in enumerate(_components(run, place)))
    rows = run.rows(
        f"WITH few AS (SELECT customer_id, {axes} FROM {place} WHERE hash(customer_id) % 1000000 < ? LIMIT ?) "
        f"SELECT customer_id, segment, few.* EXCLUDE (customer_id) FROM few "
        f"JOIN {run.customers} USING (customer_id) ORDER BY customer_id",
        [kept, MOST_POINTS],
    )
    return tuple(tuple(row.values()) for row in rows)


def _components(run: results.Run, place: str) -> list[str]:
    known = {row["column_name"] for row in run.rows(f"DESCRIBE SELECT * FROM {place}")}
    return [name if name in known else "0.0" for name in COMPONENTS]


@lru_cache(maxsize=results.KEPT_OPEN)
def middles(run: results.Run) -> tuple[tuple[Any, ...], ...]:
    place = run.table("map")
    means = ", ".join(f"avg({name}) AS m{number}" for number, name in enumerate(_components(run, place)))
    rows = run.rows(
        f"SELECT segment, count(*) AS customers, {means} FROM {place} JOIN "
        f"(SELECT customer_id, segment FROM {run.customers}) USING (customer_id) GROUP BY segment ORDER BY segment"
    )
    return tuple(tuple(row.values()) for row in rows)


@lru_cache(maxsize=8)
def grouped(run: results.Run, smallest: int) -> tuple[tuple[Any, ...], ...]:
    """The same map for readers: each point is the mean of so many neighbours of one segment, or up to twice as many."""
    places = few(run)
    own = {segment: [place[2:] for place in places if place[1] == segment] for _, segment, *_ in places}
    return tuple(
        (None, segment, *(round(value, 3) for value in mean))
        for segment, known in own.items()
        for mean in (_means(known, smallest) if len(known) >= smallest else ())
    )


def _means(places: list[tuple[float, ...]], smallest: int) -> list[tuple[float, ...]]:
    """Halved across the widest side for as long as both halves are large enough."""
    sides = list(zip(*places, strict=True))
    if len(places) < 2 * smallest:
        return [tuple(sum(side) / len(places) for side in sides)]
    widest = max(range(len(sides)), key=lambda axis: max(sides[axis]) - min(sides[axis]))
    ordered, half = sorted(places, key=lambda place: place[widest]), len(places) // 2
    return _means(ordered[:half], smallest) + _means(ordered[half:], smallest)
