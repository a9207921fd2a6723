"""Study folders to be tried on: bare ones that can only collect, and a small finished one that is made once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from trial import PROJECT

SMALL = {  # the demo shop, small enough for a run within a minute; enough of it to tell segments
    r"customers: 6000": "customers: 300",
    r"references: 49 ": "references: 19 ",
    r"bootstraps: 50 +# samples": "bootstraps: 10  # samples",
}
CACHE = PROJECT / ".torture" / "studies"


def bare(folder: Path, tables: dict[str, str], seed: int = 1, **source: Any) -> Path:
    """A study that `collect` can be run in; `tables` says where each table is."""
    (folder / "data" / "external").mkdir(parents=True, exist_ok=True)
    params = {
        "study": {"name": "torture", "title": "Torture"},
        "seed": seed,
        "source": {"kind": "files", **tables, **source},
    }
    (folder / "params.yaml").write_text(json.dumps(params, ensure_ascii=False), encoding="utf-8")  # YAML, too
    shutil.copy(PROJECT / "dvc.yaml", folder)
    return folder


def laid(name: str, changes: dict[str, str] | None = None) -> Path:
    """A study folder as `segments new` lays it, its parameters changed; made once, never to be changed."""
    return _once(f"{name}-laid", lambda folder: _lay(folder, changes or {}))


def finished(name: str = "small", changes: dict[str, str] | None = None) -> Path:
    """The same after `segments run`."""

    def make(folder: Path) -> None:
        shutil.copytree(laid(name, changes), folder, symlinks=True)
        _segments("run", folder=folder)

    return _once(name, make)


def copied(study: Path, folder: Path) -> Path:
    shutil.copytree(study, folder, symlinks=True)
    return folder


def changed(params: Path, changes: dict[str, str]) -> None:
    """Replace what the patterns find, each of which must be there."""
    text = params.read_text(encoding="utf-8")
    for pattern, wanted in changes.items():
        text, found = re.subn(pattern, lambda _, wanted=wanted: wanted, text, count=1)
        if not found:
            raise ValueError(f"{params} has no {pattern}")
    params.write_text(text, encoding="utf-8")


def reading(study: Path, **source: Any) -> None:
    """Let a laid study read these files; the rest of its params.yaml stays."""
    section = f"\nsource: {json.dumps(source, ensure_ascii=False)}\n\n# ── privacy"
    changed(study / "params.yaml", {r"(?s)\nsource:\n.*?\n# ── privacy": section})


def _lay(folder: Path, changes: dict[str, str]) -> None:
    _segments("new", str(folder), folder=folder.parent)
    changed(folder / "params.yaml", SMALL | changes)


def _segments(*arguments: str, folder: Path) -> None:
    command = [sys.executable, "-m", "customer_segments", *arguments]
    variables = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8"}
    variables["PYTHONPATH"] = str(PROJECT / "src")
    said = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if said.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {said.stdout[-2000:]}{said.stderr[-2000:]}")


def _once(name: str, make: Any) -> Path:
    """A folder that the first who needs it makes, and that the others wait for."""
    seen = hashlib.sha256(b"".join(path.read_bytes() for path in sorted((PROJECT / "src").rglob("*.py"))))
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / f"{name}-{seen.hexdigest()[:12]}"
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.with_suffix(".done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            folder.with_suffix(".done").touch()
    return folder
