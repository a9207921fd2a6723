"""Customers taken out of a study's runs and of the uploads that it was made from: the part that reads files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from customer_segments.commands.forget import NotRewritableError, UnknownError, forget
from customer_segments.commands.places import EXTERNAL
from customer_segments.run.workspace import Workspace
from customer_segments.sources.forgotten import NAME
from customer_segments.web.beginning import begin

RULES = ".gitignore"
TOLD_OF_FILES = "  "  # how the lines begin that say what became of a file


def cut_out(folder: Path, told: dict[str, Any]) -> list[dict[str, Any]]:
    """What was done, or would be, in each run and each upload that holds one of them."""
    scratch = folder.with_suffix(".home") / "study"
    places = [_in_a_run(Path(each), told) for each in told["runs"]]
    places += [_in_an_upload(each, told, scratch) for each in told["uploads"]]
    return [place for place in places if place["holds"]]


def _in_a_run(study: Path, told: dict[str, Any]) -> dict[str, Any]:
    return {"run": study.name} | _forgotten(study, told)


def _in_an_upload(upload: dict[str, Any], told: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """In a study that is laid from the upload for this alone; then its files take the place of the upload's."""
    shutil.rmtree(scratch, ignore_errors=True)
    begin(scratch, upload | {"given": upload["folder"]})
    done = {"upload": upload["id"]} | _forgotten(scratch, told)
    if done["holds"] and not told["dry_run"]:
        kept = [path for path in (scratch / EXTERNAL).iterdir() if path.name != RULES]
        for path in Path(upload["folder"]).iterdir():
            if path.name not in {each.name for each in kept}:
                path.unlink()
        for path in kept:
            partial = Path(upload["folder"]) / f".{path.name}"
            shutil.copyfile(path, partial)
            partial.replace(partial.with_name(path.name))
    shutil.rmtree(scratch)
    return done


def _forgotten(study: Path, told: dict[str, Any]) -> dict[str, Any]:
    """By `segments forget`; a given file that it cannot rewrite is deleted as a whole."""
    ids, dry_run = told["ids"], told["dry_run"]
    try:
        said = forget(ids, Workspace(study), dry_run=dry_run)
    except UnknownError:
        return {"holds": False}
    except NotRewritableError:
        if dry_run:
            return {"holds": True, "deleted": True, "done": [], "proof": ""}
        for path in (study / EXTERNAL).iterdir():
            if path.name not in (RULES, NAME):
                path.unlink()
        said = forget(ids, Workspace(study))
        return {"holds": True, "deleted": True} | _read(said, ids)
    return {"holds": True, "deleted": False} | _read(said, ids)


def _read(said: str, ids: list[str]) -> dict[str, Any]:
    """What was done to files, and the proof, without the customers' numbers."""
    for each in sorted(ids, key=len, reverse=True):
        said = said.replace(each, "…")
    done, _, proof = said.partition("Proof: ")
    lines = [line.strip() for line in done.splitlines() if line.startswith(TOLD_OF_FILES)]
    return {"done": lines, "proof": proof.partition("\nRemembered in ")[0]}
