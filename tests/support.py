"""Studies in temporary folders: the project's own files with other parameters."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[1]
COPIED = ("dvc.yaml", "params.yaml", ".dvcignore", ".gitignore", "notebooks", "docs")
# What a person's shell may have set must not decide whether a test passes. (A warm process is added to it.)
ENVIRONMENT = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": os.environ.get("HOME", "/tmp")}


@dataclass(frozen=True)
class Study:
    """A folder with a pipeline that can be run."""

    folder: Path

    def run(self, *command: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the study; a failure shows what it printed."""
        finished = subprocess.run(
            command, cwd=self.folder, env=ENVIRONMENT | variables, text=True, capture_output=True, check=False
        )
        if check and finished.returncode:
            raise AssertionError(f"{' '.join(command)} failed:\n{finished.stdout[-3000:]}\n{finished.stderr[-3000:]}")
        return finished

    def dvc(self, *arguments: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("dvc", *arguments, check=check, **variables)

    def repro(self, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        """Every stage that is not up to date, as `segments run` does it, but for a warm process of its own."""
        return self.run("python", "-m", "customer_segments.run.reproduce", check=check, PYTHONPATH="src", **variables)

    def stage(self, name: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("python", "-m", "customer_segments.stage", name, check=check, PYTHONPATH="src", **variables)

    def change(self, **sections: Any) -> None:
        """Change parameters: `change(clustering={"k": 5})`; other keys stay."""
        yaml = YAML()
        path = self.folder / "params.yaml"
        params = yaml.load(path)
        for name, value in sections.items():
            if isinstance(value, dict) and isinstance(params.get(name), dict) and "kind" not in value:
                params[name].update(value)
            else:
                params[name] = value
        yaml.dump(params, path)

    def copy(self, folder: Path) -> Study:
        shutil.copytree(self.folder, folder, symlinks=True)
        return Study(folder)

    def own_package(self) -> Path:
        """A copy of the package that may be changed, in the place of the link."""
        source = self.folder / "src"
        source.unlink()
        shutil.copytree(PROJECT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        return source / "customer_segments"

    def path(self, name: str) -> Path:
        return self.folder / name


def fingerprints(folder: Path) -> dict[str, str]:
    """Every file that the pipeline made, with its hash."""
    made = [path for name in ("data", "reports") for path in (folder / name).rglob("*") if path.is_file()]
    kept = [path for path in made if "failed" not in path.parts]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def make_study(folder: Path, customers: int) -> Study:
    """The project's pipeline in a folder of its own, with a smaller demo shop and nothing run yet."""
    folder.mkdir(parents=True)
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / "src").symlink_to(PROJECT / "src")  # one package, of which there may be a warm process
    (folder / "data" / "external").mkdir(parents=True)
    shutil.copy(PROJECT / "data" / "external" / ".gitignore", folder / "data" / "external")
    study = Study(folder)
    study.run("git", "init", "--quiet", "--initial-branch=main")
    study.dvc("init", "--quiet")
    shutil.copy(PROJECT / ".dvc" / "config", folder / ".dvc" / "config")
    study.change(source={"kind": "demo", "customers": customers, "months": 24})
    study.change(validation={"references": 19, "bootstraps": 10})  # enough to tell, and quick
    return study
