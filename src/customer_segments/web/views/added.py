"""Customers who are entered by hand and kept, with what for and why that is allowed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.base import words
from customer_segments.web import events, results, typical
from customer_segments.web.entering import Figures, initial
from customer_segments.web.models import Added
from customer_segments.web.pages import page, visible
from customer_segments.web.views.customers import one
from customer_segments.web.views.predict import is_known, placed
from customer_segments.web.views.study import latest

A_PAGE = 50
TAKEN = "taken"  # the number, by another
BASES = (
    ("", "–"),
    ("consent", "They agreed to it"),
    ("contract", "A contract with them needs it"),
    ("legal obligation", "The law demands it"),
    ("legitimate interest", "A legitimate interest of ours"),
)


class AddForm(Figures):
    """A customer to be kept: figures, and why the study may hold them."""

    customer_id = forms.CharField(
        max_length=120, label="Customer's number", validators=[visible],
        error_messages={"required": "Give the customer a number."},
    )  # fmt: skip
    purpose = forms.CharField(
        max_length=200, label="What for", validators=[visible],
        error_messages={"required": "Say what the entry is for."},
    )  # fmt: skip
    basis = forms.ChoiceField(
        choices=BASES, label="Why it is allowed",
        error_messages={"required": "Say why it is allowed.", "invalid_choice": "Choose one of the reasons."},
    )  # fmt: skip

    def __init__(self, *args: Any, run: results.Run, entry: Added, **more: Any) -> None:
        super().__init__(*args, run=run, **more)
        self._run, self._entry = run, entry

    def clean_customer_id(self) -> str:
        number = self.cleaned_data["customer_id"]
        others = Added.objects.filter(study=self._entry.study_id, customer_id=number)
        if others.exclude(id=self._entry.id).exists():
            raise forms.ValidationError(
                f"{number} was entered already: change that entry, or give another number.", code=TAKEN
            )
        if one(self._run, number):
            raise forms.ValidationError(
                f"{number} is a customer of the study already: give another number.", code=TAKEN
            )
        return number

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if self.is_bound and not any(is_known(told.get(key)) for key in self.own) and not self.errors:
            raise forms.ValidationError("Enter at least one figure: with none, every customer is the same.")
        return told

    def stored(self) -> bool:
        """Keep what was entered; False, and said at the field, where somebody else was faster with this number."""
        if not self.is_valid():
            return False
        entry, new = self._filled(), self._entry._state.adding
        try:
            with transaction.atomic():
                entry.save(force_insert=new, force_update=not new)  # what was deleted meanwhile stays so
        except IntegrityError:
            self.full_clean()
            if self.is_valid():
                raise
        except DatabaseError:
            if new or Added.objects.filter(id=entry.id).exists():
                raise
            raise Http404 from None
        return self.is_valid()

    def _filled(self) -> Added:
        entry = self._entry
        entry.values = self.figures()
        scored = self._run.scorer.score([entry.values])
        entry.segment, entry.certainty = int(scored.segment[0]), float(scored.certainty[0])
        entry.outside = bool(scored.outside[0])
        for name in ("customer_id", "purpose", "basis"):
            setattr(entry, name, self.cleaned_data[name])
        return entry


def add(request: HttpRequest, study: UUID) -> HttpResponse:
    """Enter a customer; below, those who were entered."""
    run = latest(request)
    entry = Added(study=request.study, by=request.user)
    form = AddForm(request.POST or None, run=run, entry=entry)
    if request.method == "POST" and form.stored():
        events.record(request.user, "added a customer", request.study, entry=str(entry.id))
        messages.success(request, f"{entry.customer_id} is kept.")
        return redirect("added", study=request.study.id, added=entry.id)
    shown = Paginator(request.study.added.order_by("-created", "id"), A_PAGE).get_page(request.GET.get("page"))
    told = {"form": form, "shown": shown, "entries": entries(run, list(shown))}
    return page(request, "add", 422 if request.method == "POST" else 200, **told)


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
    form = AddForm(request.POST or None, run=run, entry=entry, initial=facts | initial(run, figures))
    if request.method == "POST" and form.stored():
        events.record(request.user, "changed an added customer", request.study, entry=str(entry.id))
        messages.success(request, "The change is kept.")
        return redirect("added", study=request.study.id, added=entry.id)
    told = {"form": form, "entry": entry, "placed": placed(run, figures)}
    return page(request, "added", 422 if request.method == "POST" else 200, **told)


def entries(run: results.Run, stored: list[Added]) -> list[dict[str, Any]]:
    """Those who were entered, placed by the run that people see: an earlier one may have numbered otherwise."""
    if not stored:
        return []
    names = typical.names(run)
    scored = run.scorer.score([{name: entry.values.get(name) for name in run.scorer.needed} for entry in stored])
    return [
        {
            "entry": entry,
            "segment": segment,
            "name": names.get(segment, words.segment(segment)),
            "certainty": sure,
            "outside": outside,
        }
        for entry, segment, sure, outside, _ in zip(stored, *(part.tolist() for part in scored), strict=True)
    ]
