"""Which segment would it be? For figures that are entered, once or to be kept as a customer of the study."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from customer_segments.base import registry, words
from customer_segments.web import asking, drawing, events, results, typical
from customer_segments.web.models import Added
from customer_segments.web.pages import page
from customer_segments.web.views.customers import one, spreads
from customer_segments.web.views.study import latest

UNKNOWN, ANOTHER = "", "another answer"
MOST_AXES, FEWEST_AXES = 9, 3
LARGEST = 1e15
UNSURE = 0.1  # below this certainty a customer is as good as between two segments
STEPS = 200
BASES = (
    ("", "–"),
    ("consent", "They agreed to it"),
    ("contract", "A contract with them needs it"),
    ("legal obligation", "The law demands it"),
    ("legitimate interest", "A legitimate interest of ours"),
)


class Figures(forms.Form):
    """A field for each column that makes the segments; an empty one is unknown."""

    def __init__(self, data: QueryDict | None = None, *, run: results.Run, **more: Any) -> None:
        super().__init__(data, **more)
        known, currency = spreads(run), typical.currency(run)
        for place, name in enumerate(run.scorer.needed):
            texts = run.scorer.categories.get(name)
            own = _Number(name, known.get(name), currency) if texts is None else _Answer(name, texts)
            self.fields[f"f{place}"] = own

    def figures(self) -> dict[str, Any]:
        """What is asked of the scorer, by column."""
        return {self.fields[key].column: value for key, value in self.cleaned_data.items() if key in self.own}

    @property
    def own(self) -> list[str]:
        return [key for key, field in self.fields.items() if isinstance(field, _Number | _Answer)]


class _Number(forms.CharField):
    """A number as people write it, with a slider over what the study has seen."""

    def __init__(self, column: str, spread: typical.Spread | None, currency: str) -> None:
        super().__init__(required=False, label=typical.label(column), max_length=40)
        self.column, self.spread = column, spread
        self.hint = {"money": currency, "share": "e.g. 20%"}.get(registry.facts(column).unit, "")

    def clean(self, value: str) -> float | None:
        text = (value or "").strip()
        if not text:
            return None
        try:
            number = asking.number(text)
        except ValueError:
            raise forms.ValidationError("Write a number, such as 12.5, or leave it empty.") from None
        if abs(number) > LARGEST:
            raise forms.ValidationError("That is larger than anything that can be placed: write a smaller number.")
        return int(number) if number.is_integer() else number

    @property
    def step(self) -> str:
        if self.spread is None or self.spread.whole:
            return "1"
        wide = (self.spread.highest - self.spread.lowest) / STEPS or 1.0
        return f"{10 ** max(-6, round(math.log10(wide))):.6f}".rstrip("0").rstrip(".")


class _Answer(forms.ChoiceField):
    def __init__(self, column: str, texts: tuple[str, ...]) -> None:
        choices = [(UNKNOWN, "unknown"), *((text, text) for text in texts), (ANOTHER, ANOTHER)]
        super().__init__(choices=choices, required=False, label=typical.label(column))
        self.error_messages["invalid_choice"] = "Choose one of the answers."
        self.column = column

    def clean(self, value: str) -> str | None:
        return super().clean(value) or None


def predict(request: HttpRequest, study: UUID) -> HttpResponse:
    """Figures in, segment out; it begins with the typical customer, or with one of the study."""
    run = latest(request)
    if request.method == "GET":
        start = typical_customer(run)
        if number := request.GET.get("customer"):
            start = one(run, number)
            if start is None:
                raise Http404
        form = Figures(run=run, initial=_initial(run, start))
        figures = {name: start[name] for name in run.scorer.needed}
    else:
        form = Figures(request.POST, run=run)
        figures = form.figures() if form.is_valid() else None
    told = {"form": form, "placed": placed(run, figures) if figures is not None else None}
    return page(request, "predict", 200 if figures is not None else 422, **told)


def typical_customer(run: results.Run) -> dict[str, Any]:
    """The median of every number and the most frequent answers."""
    known = spreads(run)
    return {
        name: typical.most_frequent(run, name) if name in run.scorer.categories
        else _median(known[name]) if name in known else None
        for name in run.scorer.needed
    }  # fmt: skip


def _median(spread: typical.Spread) -> float:
    return round(spread.middle) if spread.whole else float(f"{spread.middle:.6g}")


def _initial(run: results.Run, start: dict[str, Any]) -> dict[str, Any]:
    return {f"f{place}": _entered(start[name], name, run) for place, name in enumerate(run.scorer.needed)}


def _entered(value: Any, name: str, run: results.Run) -> str:
    """A value as it stands in its field."""
    if value is None or value != value:
        return UNKNOWN
    if name in run.scorer.categories:
        text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        return text if text in run.scorer.categories[name] else ANOTHER
    return str(int(value)) if float(value).is_integer() else repr(float(value))


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
        "profile": profile(run, figures, segment),
    }


def profile(run: results.Run, figures: dict[str, Any], segment: int) -> dict[str, Any] | None:
    """The radar: each number as the share of all customers who have less, of this customer and of each segment."""
    known = spreads(run)
    ranks = {
        name: {number: known[name].rank(value) for number, value in typical.medians(run, name).items() if _is(value)}
        for name in known
    }
    names = [name for name in ranks if _is(figures.get(name)) and set(ranks[name]) == set(typical.names(run))]
    apart = sorted(names, key=lambda name: max(ranks[name].values()) - min(ranks[name].values()), reverse=True)
    axes = [name for name in names if name in apart[:MOST_AXES]]
    if len(axes) < FEWEST_AXES:
        return None
    own = [known[name].rank(float(figures[name])) for name in axes]
    lines = {number: [ranks[name][number] for name in axes] for number in typical.names(run)}
    # The own segment and the customer are drawn last, over the others.
    order = sorted(lines, key=lambda number: number == segment)
    shapes = [
        drawing.Shape(f"profile {drawing.shade(number)}{' own' if number == segment else ''}", lines[number])
        for number in order
    ]
    labels = [typical.label(name) for name in axes]
    told = f"Radar of {words.listed(map(words.within, labels))}: this customer against each segment's typical one."
    return {
        "svg": drawing.radar(labels, [*shapes, drawing.Shape("customer", own)], told),
        "axes": labels,
        "own": own,
        "lines": [(typical.names(run)[number], drawing.shade(number), values) for number, values in lines.items()],
    }


def _is(value: Any) -> bool:
    return value is not None and value == value


class AddForm(Figures):
    """A customer to be kept: figures, and why the study may hold them."""

    customer_id = forms.CharField(
        max_length=120, label="Customer's number", error_messages={"required": "Give the customer a number."}
    )
    purpose = forms.CharField(
        max_length=200, label="What for", error_messages={"required": "Say what the entry is for."}
    )
    basis = forms.ChoiceField(
        choices=BASES, label="Why it is allowed",
        error_messages={"required": "Say why it is allowed.", "invalid_choice": "Choose one of the reasons."},
    )  # fmt: skip

    def __init__(self, *args: Any, run: results.Run, entry: Added | None, study: Any, **more: Any) -> None:
        super().__init__(*args, run=run, **more)
        self._run, self._entry, self._study = run, entry, study

    def clean_customer_id(self) -> str:
        number = self.cleaned_data["customer_id"]
        others = Added.objects.filter(study=self._study, customer_id=number)
        if self._entry:
            others = others.exclude(id=self._entry.id)
        if others.exists():
            raise forms.ValidationError(f"{number} was entered already: change that entry, or give another number.")
        if one(self._run, number):
            raise forms.ValidationError(f"{number} is a customer of the study already: give another number.")
        return number

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if self.is_bound and not any(_is(told.get(key)) for key in self.own) and not self.errors:
            raise forms.ValidationError("Enter at least one figure: with none, every customer is the same.")
        return told


def add(request: HttpRequest, study: UUID) -> HttpResponse:
    """Enter a customer; below, those who were entered."""
    run = latest(request)
    form = AddForm(request.POST or None, run=run, entry=None, study=request.study)
    if request.method == "POST" and form.is_valid():
        entry = Added(study=request.study, by=request.user)
        _store(run, entry, form)
        events.record(request.user, "added a customer", request.study, entry=str(entry.id))
        messages.success(request, f"{entry.customer_id} is kept.")
        return redirect("added", study=request.study.id, added=entry.id)
    return page(
        request, "add", 422 if request.method == "POST" else 200, form=form, entries=entries(run, request.study)
    )


def added(request: HttpRequest, study: UUID, added: UUID) -> HttpResponse:
    """A customer who was entered: segment, to be changed, or deleted for good."""
    run = latest(request)
    entry = Added.objects.filter(id=added, study=request.study).first()
    if entry is None:
        raise Http404
    if request.method == "POST" and "delete" in request.POST:
        entry.delete()
        events.record(request.user, "deleted an added customer", request.study, entry=str(added))
        messages.success(request, "The entry is deleted.")
        return redirect("add", study=request.study.id)
    figures = {name: entry.values.get(name) for name in run.scorer.needed}
    facts = {"customer_id": entry.customer_id, "purpose": entry.purpose, "basis": entry.basis}
    form = AddForm(
        request.POST or None, run=run, entry=entry, study=request.study, initial=facts | _initial(run, figures)
    )
    if request.method == "POST" and form.is_valid():
        _store(run, entry, form)
        events.record(request.user, "changed an added customer", request.study, entry=str(entry.id))
        messages.success(request, "The change is kept.")
        return redirect("added", study=request.study.id, added=entry.id)
    told = {"form": form, "entry": entry, "placed": placed(run, figures)}
    return page(request, "added", 422 if request.method == "POST" else 200, **told)


def _store(run: results.Run, entry: Added, form: AddForm) -> None:
    entry.values = form.figures()
    scored = run.scorer.score([entry.values])
    entry.segment, entry.certainty = int(scored.segment[0]), float(scored.certainty[0])
    entry.outside = bool(scored.outside[0])
    for name in ("customer_id", "purpose", "basis"):
        setattr(entry, name, form.cleaned_data[name])
    entry.save()


def entries(run: results.Run, study: Any) -> list[dict[str, Any]]:
    """Those who were entered, placed by the run that people see: an earlier one may have numbered otherwise."""
    stored = list(Added.objects.filter(study=study).order_by("-created"))
    if not stored:
        return []
    names = typical.names(run)
    scored = run.scorer.score([{name: entry.values.get(name) for name in run.scorer.needed} for entry in stored])
    return [
        {"entry": entry, "name": names.get(int(segment), words.segment(int(segment))), "outside": bool(outside)}
        for entry, segment, outside in zip(stored, scored.segment, scored.outside, strict=True)
    ]
