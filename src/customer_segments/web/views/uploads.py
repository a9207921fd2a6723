"""From a file to a study: it is looked at by the worker, shown, and made into segments on one click."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.base import registry, words
from customer_segments.web import events
from customer_segments.web.models import ApiKey, Job, Member, Role, Study, Upload
from customer_segments.web.pages import page, visible

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".parquet")
PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")
LARGEST = settings.LARGEST_UPLOAD
GIVEN = "data/external"
NO_COLUMN = ""
OURS = re.compile(r"`(\w+)`")  # what one of our columns is called in the command's sentences
SETTING = re.compile(r" (?:\(`[\w.]+` stands|The setting is `[\w.]+`) in params\.yaml\.\)?")  # the form stands for it
ROWS = {"customers": "a customer", "transactions": "a line of an order"}


class Files(forms.FileInput):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    files = forms.Field(widget=Files, required=False)

    def clean_files(self) -> list[UploadedFile]:
        given = self.files.getlist("files")
        if not given:
            raise forms.ValidationError(
                "Choose a file: a CSV, Excel, JSON or Parquet file of customers or their orders."
            )
        for each in given:
            if _kind(each.name) is None:
                raise forms.ValidationError(
                    f"{each.name[:80]} is none of {words.listed(KINDS, 'or')}: save it as one of them."
                )
            if each.size == 0:
                raise forms.ValidationError(f"{each.name[:80]} is empty: choose another file.")
        if sum(each.size for each in given) > LARGEST:
            raise forms.ValidationError(
                f"That is more than {LARGEST >> 20} MB: send fewer rows, or run it on your machine."
            )
        return given


def upload(request: HttpRequest) -> HttpResponse:
    """Drop a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return page(request, "upload", form=form)
    if not form.is_valid():
        return page(request, "upload", 422, form=form)
    try:
        stored = taken(request.user, form.cleaned_data["files"])
    except forms.ValidationError as error:
        form.add_error("files", error)
        return page(request, "upload", 422, form=form)
    Job.objects.create(kind=Job.Kind.CHECK, upload=stored, asked_by=request.user)
    events.record(request.user, "uploaded", upload=str(stored.id), bytes=stored.bytes)
    return redirect("checked", upload=stored.id)


def taken(person: Any, given: list[UploadedFile]) -> Upload:
    """Store what someone gave, if there is room for it."""
    kept = person.uploads.aggregate(all=Sum("bytes"))["all"] or 0
    size = sum(each.size for each in given)
    if kept + size > settings.ROOM_OF_A_PERSON:
        raise forms.ValidationError(
            "Your earlier uploads leave no room for this: delete a study that you no longer need."
        )
    return _stored(person, given, size)


def _stored(person: Any, given: list[UploadedFile], size: int) -> Upload:
    """The files under names of our own."""
    made = uuid.uuid4()
    folder = settings.HOME / "uploads" / str(made) / "files"
    folder.mkdir(parents=True)
    names = {}
    for number, each in enumerate(given, 1):
        name = f"file{number}{_kind(each.name)}"
        names[name] = "".join(sign for sign in Path(each.name).name[:200] if sign.isprintable())
        shutil.move(each.temporary_file_path(), folder / name)
    return Upload.objects.create(id=made, person=person, names=names, bytes=size)


def _kind(name: str) -> str | None:
    ends = Path(name.lower()).suffixes[-2:]
    if ends and ends[-1] in PACKED:
        return "".join(ends) if len(ends) == 2 and ends[0] in KINDS else None if ends[-1] != ".zip" else ".zip"
    return ends[-1] if ends and ends[-1] in KINDS else None


class SheetForm(forms.Form):
    """Which sheet of a workbook is meant, where it has several."""

    sheet = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Choose a sheet."})

    def __init__(self, *args: Any, sheets: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["sheet"].choices = [(each, each) for each in sheets]


class StartForm(forms.Form):
    """What the study is called, what a row is, and which column is what."""

    title = forms.CharField(
        max_length=80, strip=True, validators=[visible], error_messages={"required": "Give the study a name."}
    )
    table = forms.ChoiceField(choices=list(ROWS.items()), required=False)

    def __init__(self, *args: Any, found: dict[str, Any], wanted: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        wanted = wanted or {}
        tables = list(found.get("tables", {}))
        if len(tables) == 1:
            self.fields["table"].initial = tables[0]
        else:
            del self.fields["table"]
        for table, facts in found.get("tables", {}).items():
            choices = [(NO_COLUMN, "–"), *((each, each) for each in facts["all_columns"])]
            for role in facts["roles"]:
                self.fields[_field(table, role["role"])] = forms.ChoiceField(
                    choices=choices, required=False, initial=wanted.get(role["role"], role["column"]) or NO_COLUMN
                )

    def clean(self) -> dict[str, Any]:
        first: dict[tuple[str, str], str] = {}
        for name, column in list(self.cleaned_data.items()):
            table, _, role = name.partition("-")
            if role and column and (taken := first.setdefault((table, column), role)) != role:
                self.add_error(name, f"{column} is chosen for “{_called(taken)}” too: it can be one of them.")
        return self.cleaned_data

    def changed(self, found: dict[str, Any], known: dict[str, Any]) -> dict[str, Any] | None:
        """What to look at the upload with, beside what is `known`, where something is to be other than was found."""
        if (table := self.cleaned_data.get("table")) and table not in found["tables"]:
            return known | {"table": table, "columns": []}  # its columns are others
        columns = self._columns(found)
        return known | {"columns": [*known.get("columns", []), *columns]} if columns else None

    def _columns(self, found: dict[str, Any]) -> list[str]:
        """What is to be another column than was found, or none: as `segments check --column` takes it."""
        return [
            f"{role['role']}={wanted}"
            for table, facts in found["tables"].items()
            for role in facts["roles"]
            if (wanted := self.cleaned_data.get(_field(table, role["role"])) or NO_COLUMN)
            != (role["column"] or NO_COLUMN)
        ]


def _field(table: str, role: str) -> str:
    return f"{table}-{role}"


def checked(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """What the file is taken for: to be looked at, changed, and then made into a study."""
    stored = Upload.objects.filter(id=upload, person=request.user).first()
    if stored is None:
        raise Http404
    job = stored.jobs.filter(kind=Job.Kind.CHECK).order_by("-created").first()
    if job.state in ("queued", "running"):
        return page(request, "checking", upload=stored, job=job)
    found = stored.found if job.state == "finished" else {"refused": job.error}
    refused = found.get("refused", "")
    if refused and "before" not in found:
        return page(request, "refused", upload=stored, told=_in_words(refused, stored))
    found = found.get("before", found)
    if not found["tables"] and found.get("questions"):
        return _which_sheet(request, stored, job, found["questions"][0])
    form = StartForm(request.POST or None, found=found, wanted=_wanted(job), initial={"title": _title(stored)})
    if request.method == "POST" and form.is_valid():
        if changed := form.changed(found, found.get("settings", job.settings)):
            return _look_again(request, stored, changed)
        study = begun(request.user, stored, form.cleaned_data["title"], found)
        return redirect("progress", study=study.id)
    status = 422 if request.method == "POST" else 200
    told: dict[str, Any] = {"first": _first(found, stored, refused), "told": lambda said: _by_their_names(said, stored)}
    return page(request, "checked", status, found=found, form=form, field=_field, called=_called, **told)


def _wanted(job: Job) -> dict[str, str]:
    """Which column someone chose for what, also where that was refused."""
    return {role: column or NO_COLUMN for role, column in map(registry.split, job.settings.get("columns") or ())}


def _which_sheet(request: HttpRequest, stored: Upload, job: Job, question: dict[str, Any]) -> HttpResponse:
    form = SheetForm(request.POST if request.method == "POST" else None, sheets=question["choices"])
    if request.method == "POST" and form.is_valid():
        return _look_again(request, stored, job.settings | form.cleaned_data)
    status = 422 if request.method == "POST" else 200
    return page(request, "sheets", status, form=form, files=words.listed(stored.names.values()))


def _look_again(request: HttpRequest, stored: Upload, settings: dict[str, Any]) -> HttpResponse:
    Job.objects.create(kind=Job.Kind.CHECK, upload=stored, asked_by=request.user, settings=settings)
    return redirect("checked", upload=stored.id)


def _first(found: dict[str, Any], stored: Upload, refused: str) -> dict[str, list[str]]:
    """What is to be looked at before all else: what only a person can tell, and what is wrong, in a page's words."""
    asked = found.get("questions", [])
    wrong = [refused] if refused else found["problems"][len(asked) :]
    told = {"asked": [question["told"] for question in asked], "wrong": wrong}
    return {name: [_in_words(each, stored) for each in sentences] for name, sentences in told.items()}


def _in_words(told: str, stored: Upload) -> str:
    """A sentence as the page speaks: what a column is needed for as in its table, files by the person's names."""
    told = SETTING.sub("", _by_their_names(told, stored))
    return OURS.sub(lambda found: f"“{_called(found[1])}”", told)


def _called(role: str) -> str:
    """What a column is needed for, as other pages call it; what tells rows apart is no customer and no order."""
    return role.replace("_", " ").capitalize() if role.endswith("_id") else registry.label(role)


def begun(person: Any, stored: Upload, title: str, found: dict[str, Any], key: ApiKey | None = None) -> Study:
    """A study of its own, with its first run."""
    study = Study.objects.create(title=title)
    Member.objects.create(study=study, person=person, role=Role.OWNER)
    run_of(study, stored, found, person)
    events.record(key or person, "began a study", study, upload=str(stored.id))
    return study


def run_of(study: Study, stored: Upload, found: dict[str, Any], person: Any) -> Job:
    """Have a study made of what was found in an upload."""
    source = dict(found["source"])
    for table in ("customers", "transactions"):
        if table in source:
            source[table] = _given(source[table])
    if "joined" in source:
        source["joined"] = {
            table: [each | {"table": _given(each["table"])} for each in joined]
            for table, joined in source["joined"].items()
        }
    sections = {"study": {"name": f"study_{study.id.hex[:8]}", "title": study.title}, "source": source}
    return Job.objects.create(
        kind=Job.Kind.RUN, study=study, upload=stored, asked_by=person, settings={"settings": sections}
    )


def _given(place: str) -> str:
    """Where a file of the upload is in the study's folder."""
    return f"{GIVEN}/{place.removeprefix('/')}"


def _title(stored: Upload) -> str:
    first = next(iter(stored.names.values()))
    return Path(first).stem.replace("_", " ").replace("-", " ").strip()[:80].capitalize() or "My study"


def _by_their_names(told: str, stored: Upload) -> str:
    """A sentence with the files called as the person knows them."""
    for ours, theirs in sorted(stored.names.items(), reverse=True):
        told = told.replace(ours, theirs)
    return told
