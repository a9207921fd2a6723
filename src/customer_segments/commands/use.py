"""Make params.yaml describe another study, changing only what studies are about.

The overlays of all studies touch the same keys: what the study is called, where its tables come from, the columns that
make the segments, and what a replicated study fixed. `use` sets each of them: to what the study says, or else to what
`demo.yaml` says, which has them all. So `use a` and then `use b` gives what `use b` alone gives, and `use demo` gives
back the committed file. Everything else (the range of k, a playbook of one's own, every comment) stays as the person
left it.
"""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_text
from customer_segments.base.params import PARAMS_FILE, Params, load_params, validate
from customer_segments.commands.edit import KeyPath, Value, values, with_values
from customer_segments.studies import catalogue

WHOLE = ("source",)  # set with everything below it: another kind of source has other keys


class Change(NamedTuple):
    """What `use` did: the lines of a diff (none where nothing had to change), and what to do next."""

    diff: list[str]
    next_step: str


def use(name: str, root: Path) -> Change:
    """Merge a study into params.yaml, which stays as it is if anything is wrong with it or with the result."""
    about = catalogue.overlay(name).about
    path = root / PARAMS_FILE
    load_params(path)
    before = path.read_bytes().decode("utf-8")  # line ends as they are
    after = merged(before.replace("\r\n", "\n"), name)
    if "\r\n" in before:
        after = after.replace("\n", "\r\n")
    if after != before:
        write_text(after, path)
    diff = unified_diff(before.splitlines(), after.splitlines(), PARAMS_FILE, f"{PARAMS_FILE} ({name})", lineterm="")
    return Change(list(diff), next_step(about, root))


def settings(name: str) -> dict[KeyPath, Value]:
    """Every key that any study sets, with the value it has in this one."""
    return {
        path: value
        for study in (catalogue.DEFAULT, name)
        for path, value in values(catalogue.text_of(study), "params", WHOLE).items()
    }


def merged(text: str, name: str) -> str:
    """The text of a params file with a study's settings, proven to hold them and nothing else that is new."""
    after = with_values(text, settings(name))
    expected = YAML(typ="safe").load(text)
    for study in (catalogue.DEFAULT, name):
        _update(expected, catalogue.overlay(study).params)
    if YAML(typ="safe").load(after) != expected:
        raise StudyError(f"{PARAMS_FILE} is written in a way that cannot be edited: write it as in the committed file.")
    validate(Params, expected)
    return after


def _update(content: dict[str, Any], overlay: dict[str, Any], above: KeyPath = ()) -> None:
    for key, value in overlay.items():
        path = (*above, key)
        if isinstance(value, dict) and ".".join(path) not in WHOLE:
            _update(content[key], value, path)
        else:
            content[key] = value


def next_step(about: catalogue.About, root: Path) -> str:
    """What is missing and where to put it, or that all is there."""
    if about.file is None or (root / about.file).exists():
        return "Next: `segments run`."
    return f"{about.file} is not there yet. {about.get} Then: `segments run`."
