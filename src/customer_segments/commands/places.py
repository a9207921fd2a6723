"""A study's files by what may be done to them, and whether they hold somebody's id."""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import duckdb

from customer_segments.base.params import Params
from customer_segments.commands import cutting, leftovers
from customer_segments.commands.spellings import Spellings
from customer_segments.commands.traces import BROKEN, FREE_TEXT, PARQUET, ZIP, Wanted, files_below, holds
from customer_segments.commands.trial_folder import tells_of_nobody
from customer_segments.sources.forgotten import FILE
from customer_segments.sources.part import Part, cell

EXTERNAL = "data/external"
OURS = (("data",), ("reports",), (".staging",), (".dvc", "tmp"))
MADE_BY_MACHINES = (".html", ".svg", ".png", ".pdf")
LEFT_OUT = (".git", ".gitignore", ".gitattributes")
AS_TABLES = (*cutting.TEXTS, *cutting.JSON, *cutting.LINES)
BATCH = 100_000

Table = tuple[Part, str]  # and its column of ids


@dataclass(frozen=True)
class Places:
    """Where to look for whom."""

    root: Path
    wanted: Wanted
    params: Params
    scratch: Path

    @cached_property
    def _all(self) -> list[Path]:
        return [path for path in files_below([self.root], self._leave) if path.name not in LEFT_OUT]

    @property
    def own(self) -> list[Path]:
        """What people wrote or put there."""
        return [path for path in self._all if not self._is_made(path) and not self._tells_of_nobody(path)]

    @property
    def made(self) -> list[Path]:
        """What the pipeline made and can make anew."""
        return [path for path in self._all if self._is_made(path)]

    @cached_property
    def cached(self) -> list[Path]:
        """The objects of DVC's cache, wherever its settings put it."""
        return files_below([self._cache])

    @property
    def remotes(self) -> list[str]:
        named = (each.strip("'") for each in self._settings.sections())
        return [each.split('"')[1] for each in named if each.startswith("remote ") and '"' in each]

    def temporary(self, besides: Path) -> list[Path]:
        """What running or killed commands have written and not moved into place."""
        aside = [each for each in (self.root / "data").glob(f"{leftovers.PREFIX}*") if each != besides]
        mine = {self.scratch.resolve()}
        return files_below([*aside, *(each for each in leftovers.temporary() if each.resolve() not in mine)])

    def is_external(self, path: Path) -> bool:
        return path.is_relative_to(self.root / EXTERNAL)

    def holds(self, path: Path, spelled: Spellings | None = None) -> bool:
        try:
            return holds(path, self.wanted, spelled)
        except FileNotFoundError:  # gone in the meantime, as temporary files are
            return False

    def found_in(self, path: Path) -> tuple[Table | None, bool]:
        """One of the person's own files as a table, where it is one, and whether it holds an id."""
        hit = self.holds(path)
        if not hit and self.wanted.all_long and not self.is_external(path):
            return None, False
        table = cutting.read_as_table(path, self.params, self.scratch)
        return table, hit or bool(table and self.rows_with(table))

    def is_left(self, path: Path) -> bool:
        """Whether an id is where it cannot mean anything else."""
        made = self._is_made(path)
        if made and self.holds(path):
            return True
        as_table = not made or cutting.ending(path) in AS_TABLES
        table, hit = self.found_in(path) if as_table else (None, False)
        if table:
            return self.rows_with(table) or self.holds(path, self.wanted.certain)
        everywhere = self.is_external(path) or path.suffix.lower() in MADE_BY_MACHINES
        return hit and (everywhere or self.holds(path, self.wanted.certain))

    def rows_with(self, table: Table) -> bool:
        """Whether the column of ids of a table, of whatever kind of file, holds one."""
        part, column = table
        tests = {column: self.wanted.has}
        if set(part.columns) >= BROKEN:
            tests |= dict.fromkeys((name for name in FREE_TEXT if name in part.columns), self.wanted.named_in)
        if any(self.wanted.named_in(row.content) for row in part.broken):
            return True
        try:
            return any(
                test(text)
                for name, test in tests.items()
                for text in _distinct(f"CAST({cell(part.columns.index(name))} AS VARCHAR)", part.query)
            )
        except duckdb.Error:
            return bool(part.reread and self.rows_with((part.reread(), column)))

    def cut_ours(self, path: Path, made: Path) -> int:
        """One of the tables that the pipeline made, without the customers' rows; 0 where none was found."""
        kind = cutting.ending(path)
        dropped = 0
        if kind in cutting.PARQUETS:
            dropped = cutting.cut_parquet(path, made, self.wanted, "customer_id")
        elif kind in AS_TABLES and (table := cutting.read_as_table(path, self.params, self.scratch)):
            dropped = cutting.cut(path, made, self.wanted, *table)
        if not dropped:
            made.unlink(missing_ok=True)
        return dropped

    def cache_holds(self, path: Path) -> bool:
        """Whether an object of the cache holds an id; a short id only counts in a table's column of ids."""
        if self.holds(path):
            return True
        with path.open("rb") as file:
            head = file.read(4096)
        if self.wanted.all_long or path.suffix == ".dir" or head.startswith(PARQUET):
            return False
        for ending in _endings(head):
            named = self.scratch / f"{path.parent.name}{path.name}{ending}"  # objects do not say what they are
            named.symlink_to(path)
            table = cutting.read_as_table(named, self.params, self.scratch)
            if table and self.rows_with(table):
                return True
        return False

    def _is_made(self, path: Path) -> bool:
        parts = path.relative_to(self.root).parts
        return not self.is_external(path) and any(parts[: len(ours)] == ours for ours in OURS)

    def _tells_of_nobody(self, path: Path) -> bool:
        return path == self.root / FILE or tells_of_nobody(self.root, path)

    def _leave(self, folder: Path) -> bool:
        """Git and environments are not looked at; the cache, and what a `forget` has put aside, are apart."""
        return (
            folder.name in LEFT_OUT
            or folder.resolve() == self._cache.resolve()
            or folder.name.startswith(leftovers.PREFIX)
            or (folder / "pyvenv.cfg").exists()
            or (folder / "conda-meta").exists()
        )

    @cached_property
    def _cache(self) -> Path:
        return self.root / ".dvc" / (self._settings.get("cache", "dir", fallback=None) or "cache")

    @cached_property
    def _settings(self) -> configparser.ConfigParser:
        """What DVC is told of caches and remotes; this machine's settings come after everybody's."""
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(self.root / ".dvc" / name for name in ("config", "config.local"))
        return settings


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()  # which takes longer than most of the questions that it is asked


def _distinct(text: str, query: str) -> Iterator[str | None]:
    found = _memory().cursor().execute(f"SELECT DISTINCT {text} FROM ({query})")
    while batch := found.fetchmany(BATCH):
        yield from (each for (each,) in batch)


def _endings(head: bytes) -> tuple[str, ...]:
    if head.startswith(ZIP):
        return (".xlsx", ".zip")
    if head.startswith(b"\x1f\x8b"):
        return (".csv.gz", ".json.gz")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        return (".jsonl", ".json")
    return (".csv",) if b"\n" in head else ()
