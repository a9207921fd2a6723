"""What a finished run holds, read for pages: JSON as it was written, customers by DuckDB over Parquet."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from customer_segments.base import words
from customer_segments.steps.opinion import Opinion
from customer_segments.steps.scorer import Scorer
from customer_segments.web import memory
from customer_segments.web.models import Job, Role
from customer_segments.web.names import CUSTOMERS, ORDERS, USUAL

if TYPE_CHECKING:
    from uuid import UUID

    import duckdb

SMALLEST_GROUP = 10  # where the run does not say it
KEPT_OPEN = 32  # runs
SHUT_IN = {
    "threads": 1, "memory_limit": "256MB", "max_temp_directory_size": "1GB", "autoload_known_extensions": False,
    "autoinstall_known_extensions": False, "allow_community_extensions": False,
    "enable_external_file_cache": False,  # the system keeps what was read of a file, once for all
    "allocator_background_threads": True,  # which give memory back when nobody asks anything
    "disabled_optimizers": "late_materialization",  # of few customers dear; of many, `finding` asks so by itself
}  # fmt: skip
TOO_OLD = "This run is older than this page: run the study again, and it will be here."


SEGMENT = re.compile(r"\b[Ss]egment \d+\b")
READ = re.compile(r"read_parquet\('((?:[^']|'')+)'")  # what stands in a query
TABLES = ("rows", "columns")  # which have a place of their own for names


def folder_of(job: Job) -> Path:
    """The study folder of a run."""
    return folder_at(job.study_id, job.id)


def folder_at(study: UUID, job: UUID) -> Path:
    return settings.HOME / "studies" / str(study) / str(job)


def of(job: Job) -> Run:
    """The results of a finished run."""
    return at(folder_of(job))


def at(folder: Path) -> Run:
    """The results in the folder of a finished run."""
    made = folder / CUSTOMERS
    return _opened(folder, made.stat().st_mtime_ns if made.exists() else 0)


@lru_cache(maxsize=KEPT_OPEN)
def _opened(folder: Path, made: int) -> Run:
    return Run(folder, made)


@dataclass(frozen=True)
class Run:
    """A finished run's folder; where a customer is forgotten it is made anew, and nothing kept of it before holds."""

    folder: Path
    made: int = 0  # when its customers' table was

    def content(self) -> dict[str, Any]:
        return self._content

    @cached_property
    def _content(self) -> dict[str, Any]:
        return self.json("reports/content.json")

    @property
    def without_money(self) -> bool:
        """Whether its lines tell no money, so that everything is told in orders."""
        with suppress(OSError, ValueError):  # pages that need nothing of a report do not fail with it
            return self.content().get("measure") == "orders"
        return False

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    @cached_property
    def params(self) -> dict[str, Any]:
        """What the run was asked for."""
        from ruamel.yaml import YAML

        return YAML(typ="safe").load(self.folder / "params.yaml")

    @property
    def smallest_group(self) -> int:
        """Below so many customers no number is told."""
        return self.content().get("smallest_group", SMALLEST_GROUP)

    def told_from(self, role: Role) -> int:
        """Who may see persons is told of everyone; others of so many customers at least."""
        return 1 if role >= Role.MANAGER else self.smallest_group

    @cached_property
    def scorer(self) -> Scorer:
        return Scorer.read(self.folder / "data/models/scorer.json")

    @cached_property
    def opinion(self) -> Opinion | None:
        """The audit's classifier; a run of an earlier version did not keep it."""
        path = "data/models/audit.json"
        return Opinion.read(self.folder / path) if self.has(path) else None

    @cached_property
    def usual(self) -> dict[str, Any]:
        """What the worker has noted of the columns of the customers' table."""
        return self.json(USUAL)

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the customers' table, with their types."""
        return self.usual["columns"]

    @property
    def customers(self) -> str:
        """The customers' table, as it stands in a query."""
        return self._stands(CUSTOMERS)

    @property
    def orders(self) -> str:
        return self._stands(ORDERS)

    def table(self, name: str) -> str:
        """A table that the run has made, as it stands in a query."""
        return self._stands(f"data/processed/{name}.parquet")

    def _stands(self, name: str) -> str:
        place = str(self.folder / name).replace("'", "''")
        return f"read_parquet('{place}')"

    def chapter(self, name: str) -> dict[str, Any]:
        """What a chapter says, with the names that segments got after it; an earlier version did not write it down."""
        path = f"reports/content/{name}.json"
        return self._named(self.json(path)) if self.has(path) else {"available": False, "reason": TOO_OLD}

    def _named(self, told: Any) -> Any:
        """What is told, with each segment's name behind its number where a sentence speaks of it."""
        if isinstance(told, str):
            return SEGMENT.sub(lambda found: self._with_name(found[0]), told)
        if isinstance(told, dict):
            return {key: value if key in TABLES else self._named(value) for key, value in told.items()}
        return [self._named(each) for each in told] if isinstance(told, list) else told

    def _with_name(self, number: str) -> str:
        name = self.names.get(words.capital(number))
        return f"{number} “{words.isolated(name)}”" if name else number

    @cached_property
    def names(self) -> dict[str, str]:
        """The segments' names, where they have any, by how they are called before that."""
        called = {words.segment(row["segment"]): row["name"] for row in self.segments()}
        return {number: name for number, name in called.items() if not name.startswith(number)}

    def called(self, segment: int) -> str:
        """A segment's number and name."""
        number = words.segment(segment)
        return f"{number}: {self.names[number]}" if number in self.names else number

    def segments(self) -> list[dict[str, Any]]:
        """One row a segment, as the profiles have it."""
        return _records(f"SELECT * FROM {self.table('profiles')} ORDER BY segment")

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        return _records(query, values)


def _records(query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The rows; asked again where a table was made anew meanwhile, as when a customer of it is forgotten."""
    before = _state(query)
    try:
        found = _asked(query, values)
    except Exception:  # of any kind: what was found of the old table does not fit the new one
        if _state(query) == before:
            raise
        return _records(query, values)
    return found if _state(query) == before else _records(query, values)


def _state(query: str) -> list[tuple[int, int]]:
    """Which files a query reads; of one that is missing, the query's own failure tells."""
    found = []
    for place in READ.findall(query):
        with suppress(FileNotFoundError):
            told = Path(place.replace("''", "'")).stat()
            found.append((told.st_ino, told.st_mtime_ns))
    return found


def _asked(query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    with database().cursor() as cursor:
        cursor.execute(query, list(values))
        names = [each[0] for each in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def database() -> duckdb.DuckDBPyConnection:
    """DuckDB; it reads what lies below these folders, and loads nothing into itself."""
    with memory.sparing_duckdb():
        import _duckdb  # the package around it opens a database of its own: 3 MB
    opened = _duckdb.connect(config=SHUT_IN | {"temp_directory": str(settings.HOME / "tmp")})
    opened.execute("SET allowed_directories = ?", [[str(each) for each in settings.READ_BELOW]])
    opened.execute("SET enable_external_access = false")
    opened.execute("SET lock_configuration = true")
    memory.give_back()  # the last and largest of all libraries is loaded
    return opened
