"""Which segment would it be? For figures that are entered and not kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from customer_segments.base import words
from customer_segments.web import drawing, results, typical
from customer_segments.web.entering import Figures, initial, spreads, typical_customer
from customer_segments.web.pages import page
from customer_segments.web.views.customers import one
from customer_segments.web.views.study import latest

MOST_AXES, FEWEST_AXES = 9, 3
UNSURE = 0.1  # below this certainty a customer is as good as between two segments


def predict(request: HttpRequest, study: UUID) -> HttpResponse:
    """Figures in, segment out; it begins with the typical customer, or with one of the study."""
    run = latest(request)
    if request.method == "GET":
        start = typical_customer(run)
        if number := request.GET.get("customer"):
            start = one(run, number)
            if start is None:
                raise Http404
        form = Figures(run=run, initial=initial(run, start))
        figures = {name: start[name] for name in run.scorer.needed}
    else:
        form = Figures(request.POST, run=run)
        figures = form.figures() if form.is_valid() else None
    told = {"form": form, "placed": placed(run, figures) if figures is not None else None}
    return page(request, "predict", 200 if figures is not None else 422, **told)


def placed(run: results.Run, figures: dict[str, Any]) -> dict[str, Any]:
    """Segment, certainty and what to think of it, and the profiles that it is seen against."""
    scored = run.scorer.score([figures])
    segment = int(scored.segment[0])
    card = next(
        (
            card
            for row, card in zip(typical.segments(run), run.content()["cards"], strict=True)
            if row["segment"] == segment
        ),
        None,
    )
    return {
        "segment": segment,
        "name": typical.names(run).get(segment, words.segment(segment)),
        "card": card,
        "certainty": float(scored.certainty[0]),
        "unsure": bool(scored.certainty[0] < UNSURE),
        "outside": bool(scored.outside[0]),
        "filled": bool(scored.filled[0]),
        "second": second_opinion(run, figures, segment),
        "profile": profile(run, figures, segment),
    }


def second_opinion(run: results.Run, figures: dict[str, Any], segment: int) -> dict[str, Any] | None:
    """What the audit's classifier takes the customer for, who belongs to a segment."""
    if run.opinion is None or not segment:
        return None
    guess = run.opinion.guess(run.scorer.features([figures]))
    name = typical.names(run).get(int(guess.segment[0]), words.segment(int(guess.segment[0])))
    return {"agrees": int(guess.segment[0]) == segment, "name": name, "share": float(guess.share[0])}


def profile(run: results.Run, figures: dict[str, Any], segment: int) -> dict[str, Any] | None:
    """The radar: each number as the share of all customers who have less, of this customer and of each segment."""
    known, names = spreads(run), typical.names(run)
    axes = _axes(run, figures)
    if len(axes) < FEWEST_AXES:
        return None
    own = [known[name].below(float(figures[name])) for name in axes]
    lines = {number: [known[name].below(typical.medians(run, name)[number]) for name in axes] for number in names}
    # The own segment and the customer are drawn last, over the others.
    shapes = [
        drawing.Shape(f"profile {drawing.shade(number)}{' own' if number == segment else ''}", lines[number])
        for number in sorted(lines, key=lambda number: number == segment)
    ]
    labels = [typical.label(name) for name in axes]
    told = f"Radar of {words.listed(map(words.within, labels))}: this customer against each segment's typical one."
    return {
        "svg": drawing.radar(labels, [*shapes, drawing.Shape("customer", own)], told),
        "axes": labels,
        "own": own,
        "lines": [(names[number], drawing.shade(number), values) for number, values in lines.items()],
    }


def _axes(run: results.Run, figures: dict[str, Any]) -> list[str]:
    """The numbers that are known of this customer and in which the segments lie farthest apart."""

    known = spreads(run)

    def apart(name: str) -> float:
        ranks = [known[name].below(middle) for middle in typical.medians(run, name).values()]
        return max(ranks) - min(ranks)

    names = [
        name
        for name in known
        if is_known(figures.get(name)) and all(map(is_known, typical.medians(run, name).values()))
    ]
    most = sorted(names, key=apart, reverse=True)[:MOST_AXES]
    return [name for name in names if name in most]


def is_known(value: Any) -> bool:
    return value is not None and value == value
