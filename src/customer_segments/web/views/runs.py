"""All runs of a study, what each came to, who moved between two of them, and a new one with other settings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.base import privacy, registry
from customer_segments.web import events, jobs, results
from customer_segments.web.models import Job
from customer_segments.web.pages import page

SHOWN = {
    "k": "Segments",
    "customers": "Customers",
    "features": "Features",
    "silhouette": "Silhouette",
    "stability": "Stability",
    "verdict": "Verdict",
}
METHODS = {
    "kmeans": "k-means",
    "best": "whichever finds distinct groups, else k-means",
    "gaussian_mixture": "Gaussian mixture",
    "ward": "Ward's clustering",
}
OUTLIERS = {"keep": "keep them as they are", "winsorise": "pull them in to the fence", "set_aside": "set them aside"}
MOST_SEGMENTS = 10


class SettingsForm(forms.Form):
    """The few settings that a new run may have; everything else stays as in the run before."""

    k = forms.TypedChoiceField(
        label="How many segments",
        coerce=lambda text: int(text) if text else None,
        required=False,
        empty_value=None,
        choices=[("", "as many as there are"), *((str(k), str(k)) for k in range(2, MOST_SEGMENTS + 1))],
    )
    method = forms.ChoiceField(label="Method", choices=list(METHODS.items()))
    outliers = forms.ChoiceField(label="Extreme values", choices=list(OUTLIERS.items()))
    leave_out = forms.MultipleChoiceField(
        label="Columns that must not make segments", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, features: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.features = features
        self.fields["leave_out"].choices = [(name, registry.label(name)) for name in features]

    def clean_leave_out(self) -> list[str]:
        left_out = self.cleaned_data["leave_out"]
        if len(left_out) > len(self.features) - 2:
            raise forms.ValidationError("At least two columns have to make the segments: leave fewer out.")
        return left_out

    def sections(self, before: dict[str, Any]) -> dict[str, Any]:
        """What is to differ from the run before; what that left out stays out."""
        told, features = self.cleaned_data, before["preprocessing"]["features"]
        left_out = list(dict.fromkeys([*features["leave_out"], *told["leave_out"]]))
        used = features.get("use") and [name for name in features["use"] if name not in told["leave_out"]]
        return {
            "clustering": {"k": told["k"], "method": told["method"]},
            "preprocessing": {
                "cleaning": {"outliers": told["outliers"]},
                "features": {"leave_out": left_out} | ({"use": used} if used else {}),
            },
        }


def runs(request: HttpRequest, study: UUID) -> HttpResponse:
    """What each run came to, the latest first."""
    told = [
        {"job": job, "summary": results.of(job).json("reports/metrics/summary.json") if job.state == "finished" else {}}
        for job in request.study.runs()
    ]
    finished = [each["job"] for each in told if each["summary"]]
    asked = [request.GET.get("old"), request.GET.get("new")]
    compared = None if None in asked else _compared(request, finished, asked)
    chosen = asked if compared else [str(job.id) for job in finished[1::-1]]
    return page(request, "runs", runs=told, shown=SHOWN, finished=finished, compared=compared, chosen=chosen)


def _compared(request: HttpRequest, finished: list[Job], asked: list[str]) -> dict[str, Any]:
    """Who moved between two runs."""
    by_id = {str(job.id): job for job in finished}
    if not set(asked) <= set(by_id):
        raise Http404
    old, new = (results.of(by_id[each]) for each in asked)
    rows = old.rows(
        f"SELECT old.segment AS before, new.segment AS after, count(*) AS customers FROM {old.customers} old "
        f"FULL JOIN {new.customers} new USING (customer_id) GROUP BY ALL ORDER BY ALL NULLS LAST"
    )
    befores, afters = (sorted({row[side] for row in rows}, key=_last) for side in ("before", "after"))
    found = {(row["before"], row["after"]): row["customers"] for row in rows}
    counts = [[found.get((before, after), 0) for after in afters] for before in befores]
    smallest = max(run.told_from(request.role) for run in (old, new))
    hidden = privacy.hidden(counts, smallest) if smallest > 1 else set()
    lines = [
        [None if (line, place) in hidden else count for place, count in enumerate(counted)]
        for line, counted in enumerate(counts)
    ]
    return {
        "lines": list(zip(befores, lines, strict=True)),
        "columns": afters,
        "hidden": bool(hidden),
        "fewest": smallest,
    }


def _last(segment: int | None) -> tuple[bool, int]:
    return (segment is None, segment or 0)


def new_run(request: HttpRequest, study: UUID) -> HttpResponse:
    """The latest run once more, with other settings."""
    latest = request.latest
    if latest is None:
        raise Http404
    form = SettingsForm(request.POST or None, features=_features(latest))
    if request.method == "POST":
        if request.study.runs().filter(state__in=jobs.OPEN).exists():
            form.add_error(None, "A run of this study is on its way: wait for it, or stop it first.")
        if form.is_valid():
            job = Job.objects.create(
                kind=Job.Kind.RUN, study=request.study, upload=latest.upload, asked_by=request.user,
                settings={"from": str(latest.id), "changes": form.sections(results.of(latest).params)},
            )  # fmt: skip
            events.record(request.user, "asked for a run", request.study, job=str(job.id))
            return redirect("progress", study=request.study.id)
    return page(request, "new_run", 422 if form.errors else 200, form=form)


def _features(job: Job) -> list[str]:
    """The columns that made the segments; those of one category count as one."""
    names = results.of(job).json("reports/metrics/preprocessing.json")["features"]
    return list(dict.fromkeys(registry.split(name)[0] for name in names))
