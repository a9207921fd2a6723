"""Customers taken out of a study's runs and of the uploads that it was made from: the part that reads files."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from customer_segments.web import commands

EXTERNAL = "data/external"
NOT_GIVEN = (".gitignore", "forgotten.json")  # what stands there besides the files that someone gave
UNKNOWN, NOT_REWRITABLE = 3, 4  # how `segments forget` ends
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
    commands.lay(scratch, upload | {"given": upload["folder"]})
    done = {"upload": upload["id"]} | _forgotten(scratch, told)
    if done["holds"] and not told["dry_run"]:
        kept = [path for path in (scratch / EXTERNAL).iterdir() if path.name not in NOT_GIVEN]
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
    dry_run = ["--dry-run"] if told["dry_run"] else []
    ran = _forget(study, told["ids"], *dry_run)
    deleted = ran.returncode == NOT_REWRITABLE
    if deleted and dry_run:
        return {"holds": True, "deleted": True, "done": [], "proof": ""}
    if deleted:
        for path in (study / EXTERNAL).iterdir():
            if path.name not in NOT_GIVEN:
                path.unlink()
        ran = _forget(study, told["ids"])
    if ran.returncode == UNKNOWN:
        return {"holds": False}
    if ran.returncode:
        commands.fail(ran)
    return {"holds": True, "deleted": deleted} | _read(ran.stdout, told["ids"])


def _forget(study: Path, ids: list[str], *how: str) -> subprocess.CompletedProcess[str]:
    """Who it is stands in a file, so that nobody reads it in the list of processes."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as listed:
        listed.write("\n".join(ids))
        listed.flush()
        return commands.segments("forget", "--file", listed.name, *how, folder=study)


def _read(said: str, ids: list[str]) -> dict[str, Any]:
    """What was done to files, and the proof, without the customers' numbers."""
    for each in sorted(ids, key=len, reverse=True):
        said = said.replace(each, "…")
    done, _, proof = said.partition("Proof: ")
    lines = [line.strip() for line in done.splitlines() if line.startswith(TOLD_OF_FILES)]
    return {"done": lines, "proof": proof.partition("\nRemembered in ")[0]}
