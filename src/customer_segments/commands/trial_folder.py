"""A trial's folder: the list to act on, what its result is read from, the plan, and every look that was taken.

Lists are personal data: git leaves the folder out, and a customer who is forgotten is taken out of them, after which
the plan is sealed anew. A list that was changed in any other way is not read.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base import files, words
from customer_segments.base.errors import StudyError
from customer_segments.steps.trial.plan import Plan, Planned

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "trials"
LIST, DRAWN, PLAN, TOLD, LOOKS = "list.csv", "drawn.parquet", "plan.json", "plan.txt", "looks.json"
SEALED = (LIST, DRAWN)
OF_THE_LIST = ["customer_id", "segment", "group"]
NAME = re.compile(r"\w[\w.-]{0,59}")
LEFT_ALONE = "# Lists of customers are not committed.\n*\n"


def refuse_name(root: Path, name: str) -> None:
    """Stop where the name cannot be a folder's, or another trial has it."""
    if not NAME.fullmatch(name):
        raise StudyError(f"{name!r} cannot be a trial's name: use letters, digits, `-` and `_`, at most 60.")
    if (root / FOLDER / name).exists():
        raise StudyError(f"There is a trial called {name!r} already, in {FOLDER}/{name}: give this one another name.")


def lay(root: Path, plan: Plan, drawn: pd.DataFrame, told: str) -> Plan:
    """The folder, whole or not at all, never in the place of another; the plan with the seals of its files."""
    target = root / FOLDER / plan.name
    target.parent.mkdir(exist_ok=True)
    files.write_text(LEFT_ALONE, target.parent / ".gitignore")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{plan.name}.") as aside:
        made = Path(aside, plan.name)
        files.write_table(drawn[OF_THE_LIST], made / LIST)
        files.write_table(drawn, made / DRAWN)
        sealed = replace(plan, sealed=_seals({name: made / name for name in SEALED}))
        files.write_text(_as_text(sealed), made / PLAN)
        files.write_text(f"{told}\n", made / TOLD)
        refuse_name(root, plan.name)  # made in the meantime
        shutil.copymode(target.parent, made)
        made.rename(target)
    return sealed


def opened(root: Path, name: str) -> tuple[Plan, pd.DataFrame]:
    """The plan and the list of a trial; refused where they are not as they were drawn."""
    import pandas as pd

    folder = root / FOLDER / name
    if not NAME.fullmatch(name) or not (folder / PLAN).is_file():
        there = sorted(each.parent.name for each in (root / FOLDER).glob(f"*/{PLAN}"))
        known = f"there {words.are(len(there))} {words.listed(there)}" if there else "none was drawn yet"
        raise StudyError(f"There is no trial called {name!r} in {FOLDER}: {known}.")
    plan = _read(folder / PLAN)
    for file in SEALED:
        if not (folder / file).is_file() or _seal(folder / file) != plan.sealed.get(file):
            raise StudyError(
                f"{FOLDER}/{name}/{file} is not as it was drawn, so nobody can say who was treated: restore it; "
                "without the list as it was, no result can be given."
            )
    return plan, pd.read_parquet(folder / DRAWN)


def looks(root: Path, name: str) -> list[dict[str, Any]]:
    """Every look at a trial: up to which day it saw, how many days of it were over, which orders it saw."""
    path = root / FOLDER / name / LOOKS
    if not path.exists():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return [{"day": each["day"], "days": int(each["days"]), "orders": each["orders"]} for each in found]
    except (ValueError, KeyError, TypeError):
        raise StudyError(f"{FOLDER}/{name}/{LOOKS} cannot be read, so nobody knows how often it was looked at: "
                         "restore it.") from None  # fmt: skip


def keep_look(root: Path, name: str, look: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The looks with this one, which counts once however often the same orders are read."""
    known = looks(root, name)
    if look not in known:
        known.append(dict(look))
        files.write_json(known, root / FOLDER / name / LOOKS)
    return known


def sealed_anew(rewritten: Mapping[Path, Path], aside: Path) -> dict[Path, tuple[Path, str]]:
    """The plans of lists that customers are taken out of, with the seals of what is left; none of altered lists."""
    found: dict[Path, tuple[Path, str]] = {}
    for folder in sorted({path.parent for path in rewritten if path.name in SEALED}):
        if not (folder / PLAN).is_file():
            continue
        plan = _read(folder / PLAN)
        then = {name: folder / name for name in SEALED}
        if not all(path.is_file() for path in then.values()) or _seals(then) != plan.sealed:
            continue  # altered, or taken up again after it was sealed: what is left is then as the plan says
        now = {name: rewritten.get(path, path) for name, path in then.items()}
        gone = _rows(then[DRAWN]) - _rows(now[DRAWN])
        made = aside / f"plan{len(found)}.json"
        files.write_text(_as_text(replace(plan, sealed=_seals(now), forgotten=plan.forgotten + gone)), made)
        found[folder / PLAN] = made, words.counted(gone, "customer")
    return found


def tells_of_nobody(root: Path, path: Path) -> bool:
    """Whether it is a trial's own record, whose numbers and names are of no customer, whatever they look like."""
    return path.parent.parent == root / FOLDER and path.name in (PLAN, LOOKS)


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return pq.read_metadata(path).num_rows


def _seals(places: Mapping[str, Path]) -> dict[str, str]:
    return {name: _seal(path) for name, path in places.items()}


def _seal(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _as_text(plan: Plan) -> str:
    content = asdict(plan) | {"start": plan.start.isoformat(), "last_day": plan.last_day.isoformat()}
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n"


def _read(path: Path) -> Plan:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content.pop("last_day")
        segments = tuple(Planned(**each) for each in content.pop("segments"))
        return Plan(**content | {"start": date.fromisoformat(content["start"]), "segments": segments})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StudyError(f"{FOLDER}/{path.parent.name}/{PLAN} cannot be read: restore it.") from None
