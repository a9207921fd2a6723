"""A form with a field for each column that makes the segments, and what stands in it at first."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.http import QueryDict

from customer_segments.base import registry
from customer_segments.web import asking, results, typical

UNKNOWN, ANOTHER = "", "another answer"
LARGEST = 1e15
STEPS = 200  # of a slider, about


def spreads(run: results.Run) -> dict[str, typical.Spread]:
    """How each number that makes the segments is spread."""
    numbers = [name for name in run.scorer.needed if name in run.columns and name not in run.scorer.categories]
    found = {name: typical.spread(run, name) for name in numbers}
    return {name: spread for name, spread in found.items() if spread}


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
        self.hint = {"money": currency, "share": "0.2 or 20%"}.get(registry.facts(column).unit, "")

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


def typical_customer(run: results.Run) -> dict[str, Any]:
    """The median of every number and the most frequent answers."""
    known = spreads(run)
    return {
        name: typical.most_frequent(run, name) if name in run.scorer.categories
        else _median(known[name]) if name in known else None
        for name in run.scorer.needed
    }  # fmt: skip


def _median(spread: typical.Spread) -> float:
    return round(spread.middle) if spread.whole else float(f"{spread.middle:.3g}")  # nobody is typical to the cent


def initial(run: results.Run, start: dict[str, Any]) -> dict[str, Any]:
    return {f"f{place}": entered(start[name], name, run) for place, name in enumerate(run.scorer.needed)}


def entered(value: Any, name: str, run: results.Run) -> str:
    """A value as it stands in its field."""
    if value is None or value != value:
        return UNKNOWN
    if name in run.scorer.categories:
        text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        return text if text in run.scorer.categories[name] else ANOTHER
    return str(int(value)) if float(value).is_integer() else repr(float(value))
