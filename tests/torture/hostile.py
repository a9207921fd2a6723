"""Files made to hurt: bombs, limits, lies about their own size, odd types, odd names; each collected and checked."""

from __future__ import annotations

from functools import partial

import hostile_books
import hostile_columns
import hostile_places
import hostile_settings
import hostile_texts
import studies
from collected import expect_every_row_once, nothing_written
from samples import Hostile
from trial import Case, Trial

WHAT = "hostile files: bombs, limits, lies, odd types and places"
LONGEST_SENTENCE = 800


def cases(seed: int, number: int) -> list[Case]:
    files = [*hostile_books.files(), *hostile_columns.files(), *hostile_texts.files(), *hostile_places.files()]
    tried = [Case(each.name, partial(_one, each)) for each in files]
    return tried + [Case(f"params.yaml: {name}", partial(_settings, make)) for name, make in hostile_settings.files()]


def _one(hostile: Hostile, trial: Trial) -> None:
    """The file is collected row by row or refused in a sentence; `check` keeps within the bounds."""
    study = studies.bare(trial.folder / "study", {hostile.table: f"data/external/{hostile.file}"})
    hostile.make(study / "data" / "external" / hostile.file)
    ran = trial.stage("collect", study)
    if ran.code == 0:
        expect_every_row_once(trial, study)
    elif ran.code == 1:
        sentence = ran.output.strip()
        trial.expect(nothing_written(study), "refused, and left something behind")
        trial.expect(len(sentence) <= LONGEST_SENTENCE, f"refused in {len(sentence)} signs: {sentence[:100]}")
        trial.expect(sentence.replace("\n", "").isprintable(), f"control signs in {sentence[:100]!r}")
    trial.expect("root:x:0" not in ran.output, "shows a file of the system")
    trial.segments("check", f"data/external/{hostile.file}", folder=study)
    left = [path.name for path in trial.temporary.iterdir()]
    trial.expect(not left, f"left in the temporary folder: {left[:5]}")


def _settings(make: object, trial: Trial) -> None:
    """A params.yaml is read or refused in a sentence."""
    study = studies.bare(trial.folder / "study", {"customers": "data/external/customers.csv"})
    (study / "data" / "external" / "customers.csv").write_text("customer_id,age\na,20\nb,30\n", encoding="utf-8")
    make(study / "params.yaml")
    ran = trial.stage("collect", study)
    trial.expect(len(ran.output) <= 20_000, f"{len(ran.output):,} signs of words")
    trial.segments("check", "data/external/customers.csv", folder=study)
