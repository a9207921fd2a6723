"""A stage's earlier outputs, put back from DVC's cache: DVC takes them away before it starts the stage.

DVC leaves them where they `persist`, but then never looks up what was run before. So the stage puts them back itself,
first of all: a failure or a kill leaves them, and success replaces them.
"""

from __future__ import annotations

import configparser
import json
import shutil
from contextlib import suppress
from pathlib import Path

from customer_segments.run.pipeline import LOCK, OUTPUTS
from customer_segments.run.workspace import Workspace


def put_back(staged: Workspace, stage: str) -> None:
    """Copy what dvc.lock records of this stage and is not there, each output whole or not at all."""
    missing = [path for path in OUTPUTS[stage] if not staged.has(path)]
    with suppress(Exception):  # a courtesy: whatever it meets, the stage itself has to run
        recorded = _recorded(staged.root / LOCK, stage) if missing else {}
        objects = cache_of(staged.root) / "files" / "md5"
        for path in missing:
            with suppress(OSError, KeyError):  # one that the cache has lost does not keep the others
                _copy(objects, recorded[path], staged.destination(path))
                (staged.root / path).parent.mkdir(parents=True, exist_ok=True)
                staged.destination(path).replace(staged.root / path)


def cache_of(root: Path) -> Path:
    """Where DVC keeps what was made, wherever its settings put it."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(root / ".dvc" / name for name in ("config", "config.local"))
    return root / ".dvc" / (settings.get("cache", "dir", fallback=None) or "cache")


def _recorded(lock: Path, stage: str) -> dict[str, str]:
    """The hash of each output of the stage's last success."""
    from ruamel.yaml import YAML

    return {out["path"]: out["md5"] for out in YAML(typ="safe").load(lock)["stages"][stage]["outs"]}


def _copy(objects: Path, md5: str, target: Path) -> None:
    """A file, or a folder that the cache keeps as a list of its files."""
    source = objects / md5[:2] / md5[2:]
    if not md5.endswith(".dir"):
        shutil.copyfile(source, target)
        return
    target.mkdir()
    for entry in json.loads(source.read_bytes()):
        file = target / entry["relpath"]
        file.parent.mkdir(parents=True, exist_ok=True)
        _copy(objects, entry["md5"], file)
