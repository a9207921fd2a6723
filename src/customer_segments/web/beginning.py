"""A study's folder, laid for a run that is to begin."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from customer_segments.base.files import write_text
from customer_segments.base.params import PARAMS_FILE, Params, load_params, validate
from customer_segments.commands.folders import lay, with_params
from customer_segments.commands.use import merged


def begin(folder: Path, told: dict[str, Any]) -> None:
    """The study's folder: a ready-made study, a new one with the files that were given, or an earlier run changed."""
    if told.get("from"):
        earlier = folder.parent / told["from"]
        params = _changed(load_params(earlier / PARAMS_FILE), told["changes"])
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
            made = Path(aside, "study")
            shutil.copytree(earlier, made, symlinks=True, ignore=shutil.ignore_patterns(".explorer", ".staging"))
            text = (made / PARAMS_FILE).read_text(encoding="utf-8")
            write_text(with_params(text, params), made / PARAMS_FILE)
            made.rename(folder)
    elif told.get("study"):
        lay(folder, lambda text: merged(text, told["study"]))
    else:
        params = validate(Params, told["settings"], "params")
        lay(folder, lambda text: with_params(text, params), given=Path(told["given"]))


def _changed(params: Params, changes: dict[str, Any]) -> Params:
    """The parameters with these in place of theirs; what was left out before stays out."""
    content, before = params.model_dump(mode="json"), params.preprocessing.features

    def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
        for key, value in more.items():
            if isinstance(value, dict):
                merge(into[key], value)
            else:
                into[key] = value

    merge(content, changes)
    features = content["preprocessing"]["features"]
    if before.use is not None:
        features["use"] = [name for name in before.use if name not in features["leave_out"]]
    features["leave_out"] = list(dict.fromkeys([*before.leave_out, *features["leave_out"]]))
    return validate(Params, content, "params")
