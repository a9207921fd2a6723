"""Customers who ask to be forgotten: whom, then what would be done, then the proof that it was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.web import forgetting, jobs
from customer_segments.web.models import Job, Study
from customer_segments.web.pages import page

MOST, LONGEST = 1000, 120  # customers at once, signs of a number
BUSY = "A run of this study is on its way: wait until it has ended, or stop it; then try again."


class ForgetForm(forms.Form):
    """Who is to be forgotten: a number a line."""

    customers = forms.CharField(
        strip=False, max_length=MOST * (LONGEST + 2), error_messages={"required": "Give the number of a customer."}
    )

    def clean_customers(self) -> list[str]:
        given = [line.strip() for line in self.cleaned_data["customers"].splitlines()]
        ids = list(dict.fromkeys(line for line in given if line))
        if not ids:
            raise forms.ValidationError("Give the number of a customer.")
        if len(ids) > MOST:
            raise forms.ValidationError(f"These are {len(ids):,} customers: give at most {MOST:,} at once.")
        if any(len(each) > LONGEST for each in ids):
            raise forms.ValidationError(f"A customer's number has at most {LONGEST} signs: write one a line.")
        return ids


def forget(request: HttpRequest, study: UUID) -> HttpResponse:
    """Asked for in two steps: a look that changes nothing, then the deed."""
    job = _latest(request.study)
    form = ForgetForm(request.POST if "look" in request.POST else None)
    if request.method == "GET":
        return _shown(request, form, job)
    if request.study.jobs.filter(state__in=jobs.OPEN).exists():
        return _shown(request, form, job, 422, refused=BUSY)
    if "look" in request.POST:
        if not form.is_valid():
            return _shown(request, form, job, 422)
        forgetting.ask(request.study, form.cleaned_data["customers"], request.user, dry_run=True)
    elif "do" in request.POST and str(job and job.id) == request.POST["do"] and "ids" in job.settings:
        forgetting.ask(request.study, job.settings["ids"], request.user, dry_run=False)
    else:
        return _shown(request, form, job, 422, refused="That was too long ago: write the numbers once more.")
    return redirect("forget", study=request.study.id)


def _latest(study: Study) -> Job | None:
    return study.jobs.filter(kind=Job.Kind.FORGET).order_by("-created").first()


def _shown(request: HttpRequest, form: Any, job: Job | None, status: int = 200, refused: str = "") -> HttpResponse:
    wanted = job is not None and job.state == Job.State.FINISHED and job.said["dry_run"] and "ids" in job.settings
    return page(
        request, "forget", status, form=form, job=job, refused=refused, confirm=wanted,
        uploads_days=settings.UPLOADS_KEPT_DAYS, backups_days=settings.BACKUPS_KEPT_DAYS,
    )  # fmt: skip
