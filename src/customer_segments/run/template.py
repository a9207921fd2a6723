"""What a study folder is laid from: notebooks, pipeline and parameters, as the package carries them."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import customer_segments
from customer_segments.base.errors import StudyError

PACKAGE = Path(customer_segments.__file__).parent
PACKED = PACKAGE / "template"  # in a wheel; in the repository these files stand at its root
FILES = (".gitignore", ".dvcignore", ".dvc/config", "data/external/.gitignore", "params.yaml")
STAMP = "customer_segments.txt"  # which package a study was laid by; every stage depends on it
SOURCES = re.compile(r"(?m)(^ +- src/customer_segments/.*\n)+")
FROM_SOURCES = "env PYTHONPATH=src python"


def study_files() -> dict[str, str]:
    """Every file of a new study folder by its path; the pipeline depends on the package, not on its sources."""
    root = PACKED if PACKED.exists() else PACKAGE.parents[1]
    texts = {name: (root / name).read_text(encoding="utf-8") for name in FILES}
    texts |= {
        f"notebooks/{path.name}": path.read_text(encoding="utf-8") for path in (root / "notebooks").glob("*.ipynb")
    }
    pipeline = (root / "dvc.yaml").read_text(encoding="utf-8").replace(FROM_SOURCES, "python")
    return texts | {"dvc.yaml": SOURCES.sub(f"      - {STAMP}\n", pipeline), STAMP: stamp()}


@cache
def stamp() -> str:
    """The package's version and the fingerprint of its code, which a change of either changes."""
    seen = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        seen.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return f"customer_segments {customer_segments.__version__}\n{seen.hexdigest()}\n"


def refuse_another_version(root: Path) -> None:
    """Stop at a study that was laid by another version, whose notebooks may ask for what is not there."""
    if not (root / STAMP).exists():
        if (root / "src/customer_segments").exists():  # the repository itself
            return
        raise StudyError(f"{root} is no study folder: it has no {STAMP}; `segments new FOLDER` lays one.")
    laid, own = (root / STAMP).read_text(encoding="utf-8").split("\n")[0], stamp().split("\n")[0]
    if laid != own:
        raise StudyError(
            f"{root.name} was laid by {laid}, and this is {own}: install that version, or lay a new folder with "
            "`segments new FOLDER` and copy params.yaml and data/external into it."
        )
