"""`segments forget`: customers taken out of data, outputs and caches, never to be collected again; and the proof."""

import configparser
import tempfile
from dataclasses import dataclass, field
from filecmp import cmp
from pathlib import Path

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import DatabaseSource, Params, WebSource
from customer_segments.commands import cutting
from customer_segments.commands.traces import LONG_ENOUGH, Wanted, files_below, holds
from customer_segments.run.workspace import Workspace
from customer_segments.sources.forgotten import FILE, WORD, Forgotten, forgotten
from customer_segments.steps.scorer import Scorer

EXTERNAL = "data/external"
SCORER, SEGMENTER = "data/models/scorer.json", "data/models/segmenter.joblib"
MADE = ("data/raw", "data/interim", "data/processed", "data/models", "reports", ".staging", ".dvc/tmp")


@dataclass
class Plan:
    """What is to be done, found out before anything is changed."""

    rewritten: dict[Path, tuple[Path, int]] = field(default_factory=dict)  # file: the new one, rows taken out
    deleted: list[Path] = field(default_factory=list)
    cached: list[Path] = field(default_factory=list)
    elsewhere: list[Path] = field(default_factory=list)  # the same signs in other columns, which may mean anything

    @property
    def empty(self) -> bool:
        return not (self.rewritten or self.deleted or self.cached)


def forget(ids: list[str], workspace: Workspace, *, dry_run: bool = False) -> str:
    """Take the customers out of everything within reach, remember to leave them out, and search again for a proof."""
    root, params = workspace.root, workspace.params()
    wanted = Wanted(frozenset(each.strip() for each in ids if each.strip()))
    if not wanted.ids:
        raise StudyError("Name at least one customer's id, as it stands in the column customer_id.")
    with (
        tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch,
        tempfile.TemporaryDirectory(dir=root / "data", prefix=".forgetting_") as aside,
    ):
        plan, known = _plan(root, wanted, params, Path(scratch), Path(aside)), forgotten(root / FILE)
        _refuse_unknown(plan, wanted, known)
        if dry_run:
            return "\n".join(["Nothing was changed. This would be done:", *_done(plan, root)])
        workspace.write_json(known.remembering(wanted.ids), FILE)
        for path, (made, _) in plan.rewritten.items():
            made.chmod(path.stat().st_mode)
            made.replace(path)
        for path in [*plan.deleted, *plan.cached]:
            path.unlink()
    said = [f"{words.counted(len(wanted.ids), 'customer')} forgotten.", *_done(plan, root), ""]
    return "\n".join([*said, *_proof(root, wanted, params), *_beyond_reach(root, params)])


def _plan(root: Path, wanted: Wanted, params: Params, scratch: Path, aside: Path) -> Plan:
    """Every file that holds one of the ids, and what becomes of it."""
    plan = Plan()
    for path in _external(root):
        found = cutting.read_as_table(path, params, scratch)
        if not (_rows_with(found, wanted) if found else holds(path, wanted)):
            continue
        made = aside / f"{len(plan.rewritten)}{''.join(path.suffixes[-2:])}"
        dropped = cutting.cut(path, made, wanted, *found) if found and cutting.ending(path) in cutting.CUT else 0
        again = cutting.read_as_table(made, params, scratch) if dropped else None
        if not dropped or (again and _rows_with(again, wanted)):
            raise StudyError(
                f"{EXTERNAL}/{path.name} holds an id and is of a kind that cannot be rewritten: "
                "take the customer out of it yourself, then run this again; nothing was changed."
            )
        plan.rewritten[path] = (made, dropped)
        if holds(made, wanted):
            plan.elsewhere.append(path)
    for path in _made(root):
        made = aside / f"{len(plan.rewritten)}{''.join(path.suffixes[-2:])}"
        if dropped := _cut_ours(path, made, wanted, params, scratch):
            plan.rewritten[path] = (made, dropped)
        if holds(made if path in plan.rewritten else path, wanted):
            plan.rewritten.pop(path, None)
            plan.deleted.append(path)
    models = _models_with_rows(root)
    plan.deleted += [path for path in models if path not in plan.deleted]
    plan.cached = [
        path
        for path in _cached(root)
        if _cache_holds(path, wanted, params, scratch) or any(cmp(path, model, shallow=False) for model in models)
    ]
    return plan


def _models_with_rows(root: Path) -> list[Path]:
    """The models that keep customers as they were, without their ids, as those that look for crowds do."""
    try:
        keeps = Scorer.read(root / SCORER).keeps_rows
    except StudyError:  # what cannot be told is taken for the worse
        keeps = True
    return [path for path in (root / SCORER, root / SEGMENTER) if keeps and path.exists()]


def _rows_with(found: tuple, wanted: Wanted) -> bool:
    """Whether the column of ids of a table, of whatever kind of file, holds one."""
    import duckdb

    part, column = found
    place = part.columns.index(column)
    query = f"SELECT count(*) FROM ({part.query}) WHERE trim(CAST(_c{place} AS VARCHAR)) IN (SELECT unnest(?))"
    if any(word in wanted.ids for row in part.broken for word in WORD.findall(row.content)):
        return True
    try:
        return bool(duckdb.connect().execute(query, [sorted(wanted.ids)]).fetchone()[0])
    except duckdb.Error:
        return bool(part.reread and _rows_with((part.reread(), column), wanted))


def _cut_ours(path: Path, made: Path, wanted: Wanted, params: Params, scratch: Path) -> int:
    """One of the tables that the pipeline made, without the customers' rows; 0 where none was found."""
    kind = cutting.ending(path)
    dropped = 0
    if kind in cutting.PARQUETS:
        dropped = cutting.cut_parquet(path, made, wanted, "customer_id")
    elif kind in cutting.TEXTS and (found := cutting.read_as_table(path, params, scratch)):
        dropped = cutting.cut(path, made, wanted, *found)
    if not dropped:
        made.unlink(missing_ok=True)
    return dropped


def _cache_holds(path: Path, wanted: Wanted, params: Params, scratch: Path) -> bool:
    """Whether an object of the cache holds an id; a short id only counts in a table's column of ids."""
    if holds(path, wanted):
        return True
    if len(wanted.long) == len(wanted.ids) or path.suffix == ".dir" or b"\n" not in path.open("rb").read(4096):
        return False
    named = scratch / f"{path.name}.csv"  # objects have no ending that would say what they are
    named.symlink_to(path)
    found = cutting.read_as_table(named, params, scratch)
    return bool(found and _rows_with(found, wanted))


def _refuse_unknown(plan: Plan, wanted: Wanted, known: Forgotten) -> None:
    """An id that is nowhere, and was not forgotten before, is most likely mistyped."""
    new = sorted(each for each in wanted.ids if not known.knows(each))
    if plan.empty and new:
        raise StudyError(
            f"No file of this study holds the customer {words.listed(map(repr, new), 'or')}: write the id as it stands "
            "in the column customer_id."
        )


def _proof(root: Path, wanted: Wanted, params: Params) -> list[str]:
    """Search everything again; say what was searched, or refuse to claim that nothing is left."""
    ours, made, notebooks, cached = _external(root), _made(root), files_below([root / "notebooks"]), _cached(root)
    with tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch:
        left = [path for path in ours if _table_or_bytes_hold(path, wanted, params, Path(scratch))]
        left += [path for path in (*made, *notebooks) if holds(path, wanted)]
        texts = [path for path in made if cutting.ending(path) in cutting.TEXTS]
        left += [path for path in texts if _table_or_bytes_hold(path, wanted, params, Path(scratch))]
        left += [path for path in cached if _cache_holds(path, wanted, params, Path(scratch))]
    if left:
        where = words.listed(str(path.relative_to(root)) for path in left[:5])
        raise StudyError(f"An id is still in {where}: delete what holds it, and run this again.")
    lines = [
        f"Proof: {len(ours):,} of your own files, {len(made):,} that the pipeline made, {len(notebooks):,} notebooks "
        f"and {len(cached):,} objects of DVC's cache were searched again, tables by their column of ids and all "
        "else byte by byte: nothing was found."
    ]
    if len(wanted.long) < len(wanted.ids):
        lines.append(
            f"  An id of fewer than {LONG_ENOUGH} signs looks like any other number: "
            "it was searched in columns of ids only."
        )
    return lines


def _table_or_bytes_hold(path: Path, wanted: Wanted, params: Params, scratch: Path) -> bool:
    found = cutting.read_as_table(path, params, scratch)
    return _rows_with(found, wanted) if found else holds(path, wanted)


def _external(root: Path) -> list[Path]:
    return [
        path
        for path in files_below([root / EXTERNAL])
        if path != root / FILE and path.suffix != ".dvc" and path.name != ".gitignore"
    ]


def _made(root: Path) -> list[Path]:
    return files_below([root / folder for folder in MADE])


def _cached(root: Path) -> list[Path]:
    """The objects of DVC's cache, wherever its settings put it."""
    return files_below([root / ".dvc" / (_settings(root).get("cache", "dir", fallback=None) or "cache")])


def _settings(root: Path) -> configparser.ConfigParser:
    """What DVC is told of caches and remotes; this machine's settings come after everybody's."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(root / ".dvc" / name for name in ("config", "config.local"))
    return settings


def _done(plan: Plan, root: Path) -> list[str]:
    """What became of each file."""
    lines = [
        f"  {path.relative_to(root)}: {words.counted(dropped, 'row')} taken out"
        for path, (_, dropped) in plan.rewritten.items()
    ]
    lines += [
        f"  {path.relative_to(root)}: deleted (it holds the id, a number like it, or rows that may be theirs), "
        "and made anew by the pipeline"
        for path in plan.deleted
    ]
    if plan.cached:
        lines.append(f"  DVC's cache: {words.counted(len(plan.cached), 'object')} deleted")
    lines += [
        f"  {path.relative_to(root)}: the same signs stand in other columns too, where they may mean anything"
        for path in plan.elsewhere
    ]
    return lines or ["  nothing was found that holds them"]


def _beyond_reach(root: Path, params: Params) -> list[str]:
    """What the study cannot reach, said plainly, and what comes next."""
    remotes = [
        section.split('"')[1].strip("'")
        for section in _settings(root).sections()
        if section.strip("'").startswith("remote ") and '"' in section
    ]
    reach = ["git's history", "backups", "tables exported or sent elsewhere"]
    reach += [f"the DVC remote {name}" for name in remotes]
    if isinstance(params.source, DatabaseSource | WebSource):
        reach.append("the database or service that the study is collected from")
    return [
        f"Remembered in {FILE} as salted fingerprints, so that `collect` leaves them out from now on.",
        f"Not within reach, and yours to do: {words.listed(reach)}.",
        "The segments and reports were computed with them: `make run` makes all of it anew.",
    ]
