"""The exports that recognition is held against, and the truth of each.

Every third was held back, by its name alone, until recognition had been tuned on the others; it is tuned on them by
now. `more`, `fresh`, `unseen`, `later` and `sealed` were written by others, who did not know how recognition works.
`further`, `common` (systems that most people use) and the nine of `A_THIRD_CLOSED` were scored once before they were
looked at. Of those nine every third, again by its name, is still scored as a total alone; recognition is tuned on all
others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.recognition import cells, forms, world

HERE = Path(__file__).parent
OPEN, HELD_BACK, MORE = HERE / "exports", HERE / "held_back", HERE / "more"
LATER, FRESH, AGAIN = HERE / "later", HERE / "fresh", HERE / "again"
UNSEEN, SEALED, FURTHER = HERE / "unseen", HERE / "sealed", HERE / "further"
ABROAD, AFIELD, ANEW, ELSEWHERE = (HERE / name for name in ("abroad", "afield", "anew", "elsewhere"))
LATEST, BLIND, COMMON = (HERE / name for name in ("latest", "blind", "common"))
RARER, NOVEL, OUTSIDE = (HERE / name for name in ("rarer", "novel", "outside"))
LOOKED_AT = (OPEN, HELD_BACK, MORE, LATER, FRESH, UNSEEN, SEALED, FURTHER, AGAIN, COMMON)
A_THIRD_CLOSED = (ABROAD, AFIELD, ANEW, ELSEWHERE, LATEST, BLIND, RARER, NOVEL, OUTSIDE)


@dataclass(frozen=True)
class Export:
    """What a system writes, and what a careful analyst takes it for."""

    name: str
    why: str
    truth: dict[str, dict[str, Any]]  # table -> role -> its column, or those of which each is right
    columns: str = ""  # one a line, as `Name = what stands in it`
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # name -> columns, of what one row is, which rows
    world: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    may: dict[str, Any] = field(default_factory=dict)  # roles that can as well be left out
    never: tuple[str, ...] = ()  # roles that nothing here has, though something looks like it
    ask: str = ""  # the role, or `table`, `sheet`, `header`, that cannot be known unaided
    answer: dict[str, Any] = field(default_factory=dict)  # options that say it
    tell: tuple[str, ...] = ()  # words of which a problem must have one, however well the columns are known

    def __post_init__(self) -> None:
        roles = {role for table in self.truth.values() for role in table} | set(self.may)
        assert not roles & set(self.never), f"{self.name}: {roles & set(self.never)} are said both to be and not to be"

    @property
    def hopeless(self) -> bool:
        """Whether nobody could be segmented by it, so that to ask or to refuse is right."""
        roles = set(self.truth.get("transactions", {}))
        return bool(roles) and not {"customer_id", "ordered_at"} <= roles

    def tables(self) -> dict[str, forms.Table]:
        """The cells of each of its files."""
        shop = world.World(**self.world)
        rows = world.lines(shop, self.name)
        files = self.files or {self.name: {"columns": self.columns}}
        return {part: self._table(told, rows, shop) for part, told in files.items()}

    def _table(self, told: dict[str, Any], rows: list[world.Line], shop: world.World) -> forms.Table:
        each = told.get("each", "row")
        firsts = list({getattr(row, each): row for row in reversed(rows)}.values())[::-1]
        firsts = firsts[slice(*told.get("rows", (None,)))]
        said = [line.split(" = ", 1) for line in told["columns"].splitlines()]
        return {name: cells.column(spec, firsts, shop, f"{self.name}/{name}") for name, spec in said}

    def write(self, folder: Path) -> list[Path]:
        """The files as the system would write them."""
        return forms.write(folder, self.name, self.tables(), forms.Form(**self.form))


def is_held_back(name: str) -> bool:
    """Whether a name is among the third that is not looked at while recognition is tuned."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def exports(folder: Path = OPEN) -> list[Export]:
    """All of a folder's descriptions, by name."""
    yaml = YAML(typ="safe")
    told = {name: each for path in sorted(folder.glob("*.yaml")) for name, each in yaml.load(path).items()}
    return [Export(name, **each) for name, each in sorted(told.items())]
