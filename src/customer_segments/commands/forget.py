"""`segments forget`: customers taken out of data, outputs and caches, never to be collected again; and the proof."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from filecmp import cmp
from pathlib import Path

from customer_segments.base import files, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import DatabaseSource, FilesSource, Params, WebSource
from customer_segments.commands import cutting, leftovers, trial_folder
from customer_segments.commands.places import MADE_BY_MACHINES, Places
from customer_segments.commands.traces import LONG_ENOUGH, Wanted, is_damaged
from customer_segments.run.workspace import Workspace
from customer_segments.sources.forgotten import FILE, Forgotten, forgotten
from customer_segments.steps.scorer import Scorer

SCORER, SEGMENTER = "scorer.json", "segmenter.joblib"


class UnknownError(StudyError):
    """Nothing holds the customer."""

    code = 3


class NotRewritableError(StudyError):
    """A file of the person's own holds the customer, and cannot be written anew without them."""

    code = 4


@dataclass
class Plan:
    """What is to be done, found out before anything is changed."""

    rewritten: dict[Path, tuple[Path, str]] = field(default_factory=dict)  # file: the new one, what was taken out
    deleted: list[Path] = field(default_factory=list)
    cached: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)  # folders of killed commands
    elsewhere: list[Path] = field(default_factory=list)  # the same signs in other columns, which may mean anything
    refused: list[Path] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.rewritten or self.deleted or self.cached)


def forget(ids: list[str], workspace: Workspace, *, dry_run: bool = False) -> str:
    """Take the customers out of everything within reach, remember to leave them out, and search again for a proof."""
    root, params, asked = workspace.root.resolve(), workspace.params(), Wanted.of(ids)
    if not asked.ids:
        raise StudyError("Name at least one customer's id, as it stands in the column customer_id.")
    earlier = leftovers.interrupted(root)
    unfinished = leftovers.ids_of(earlier)
    wanted = Wanted.of(asked.ids | unfinished)
    aside = Path(tempfile.mkdtemp(dir=root / "data", prefix=f"{leftovers.PREFIX}{os.getpid()}_"))
    changing = False
    try:
        with files.scratch_folder() as scratch:
            places = Places(root, wanted, params, Path(scratch))
            plan, known = _plan(places, aside), forgotten(root / FILE)
            plan.left = [*earlier, *leftovers.abandoned()]
            _refuse_unknown(plan, asked, known)
            if dry_run:
                return "\n".join(["Nothing was changed. This would be done:", *_done(plan, root, unfinished)])
            changing = True
            _carry_out(plan, wanted, workspace, aside)
        proof = _proof(root, wanted, params, aside)
        changing = False
    finally:
        # Where it breaks off, who is to be forgotten stays there, and the next call takes it up again.
        if not changing:
            shutil.rmtree(aside)
    said = [f"{words.counted(len(wanted.ids), 'customer')} forgotten.", *_done(plan, root, unfinished), ""]
    return "\n".join([*said, *proof, *_beyond_reach(places, params)])


def _carry_out(plan: Plan, wanted: Wanted, workspace: Workspace, aside: Path) -> None:
    """Whole file by whole file; first of all, who is meant, so that it can be taken up again."""
    files.write_text(json.dumps(sorted(wanted.ids)), aside / leftovers.IDS)
    workspace.write_json(forgotten(workspace.root / FILE).remembering(wanted.ids), FILE)
    for path, (made, _) in plan.rewritten.items():
        made.chmod(path.stat().st_mode)
        made.replace(path)
    for path in [*plan.deleted, *plan.cached]:
        path.unlink(missing_ok=True)
    leftovers.remove(plan.left)


def _plan(places: Places, aside: Path) -> Plan:
    """Every file that holds one of the ids, and what becomes of it."""
    plan = Plan()
    for number, path in enumerate(places.own):
        _plan_own(path, plan, places, aside / f"own{number}{''.join(path.suffixes[-2:])}")
    if plan.refused:
        where = [str(path.relative_to(places.root)) for path in plan.refused]
        one = len(where) == 1
        raise NotRewritableError(
            f"{words.listed(where)} {'holds an id and is' if one else 'hold an id and are'} of a kind that cannot be "
            f"rewritten, or {'holds' if one else 'hold'} it outside the column of ids: "
            "take the customer out of it yourself, then run this again; nothing was changed."
        )
    made_anew = {path: made for path, (made, _) in plan.rewritten.items()}
    plan.rewritten = trial_folder.sealed_anew(made_anew, aside) | plan.rewritten  # first, so that it is not lost
    for number, path in enumerate(places.made):
        made = aside / f"{number}{''.join(path.suffixes[-2:])}"
        damaged = is_damaged(path)
        dropped = 0 if damaged else places.cut_ours(path, made)
        if damaged or places.holds(made if dropped else path):
            plan.deleted.append(path)
        elif dropped:
            plan.rewritten[path] = (made, words.counted(dropped, "row"))
    models = _models_with_rows(places)
    plan.deleted += [path for path in models if path not in plan.deleted]
    plan.cached = [
        path
        for path in places.cached
        if is_damaged(path) or places.cache_holds(path) or any(cmp(path, model, shallow=False) for model in models)
    ]
    return plan


def _plan_own(path: Path, plan: Plan, places: Places, made: Path) -> None:
    """One of the person's own files: rows and outputs are taken out, and what cannot be is theirs to change."""
    wanted = places.wanted
    table, found = places.found_in(path)
    if not found:
        return
    if path.is_symlink():
        plan.refused.append(path)
    elif table is None and path.suffix.lower() == ".ipynb":
        if emptied := cutting.without_outputs(path, made, wanted):
            plan.rewritten[path] = (made, f"the outputs of {words.counted(emptied, 'cell')}")
        if places.holds(made if emptied else path, wanted.certain):
            plan.refused.append(path)
        elif places.holds(made if emptied else path):
            plan.elsewhere.append(path)
    elif table is None and path.suffix.lower() in MADE_BY_MACHINES and not places.is_external(path):
        plan.deleted.append(path)
    elif table is None and not places.is_external(path) and not places.holds(path, wanted.certain):
        plan.elsewhere.append(path)
    elif table is not None and not places.rows_with(table):
        (plan.refused if places.holds(path, wanted.certain) else plan.elsewhere).append(path)
    else:
        dropped = cutting.cut(path, made, wanted, *table) if table and cutting.ending(path) in cutting.CUT else 0
        again = cutting.read_as_table(made, places.params, places.scratch) if dropped else None
        if not dropped or (again and places.rows_with(again)) or places.holds(made, wanted.certain):
            plan.refused.append(path)
            return
        plan.rewritten[path] = (made, words.counted(dropped, "row"))
        if places.holds(made):
            plan.elsewhere.append(path)


def _models_with_rows(places: Places) -> list[Path]:
    """The models that keep customers as they were, without their ids, as those that look for crowds do."""
    found = []
    for path in places.made:
        if path.name in (SCORER, SEGMENTER):
            try:
                keeps = Scorer.read(path.with_name(SCORER)).keeps_rows
            except (StudyError, OSError):  # what cannot be told is taken for the worse
                keeps = True
            found += [path] if keeps else []
    return found


def _refuse_unknown(plan: Plan, asked: Wanted, known: Forgotten) -> None:
    """An id that is nowhere, and was not forgotten before, is most likely mistyped."""
    new = sorted(each for each in asked.ids if not known.knows(each)) if plan.empty else []
    if new:
        raise UnknownError(
            f"No file of this study holds the customer {words.listed(map(repr, new), 'or')}: write the id as it stands "
            "in the column customer_id."
        )


def _proof(root: Path, wanted: Wanted, params: Params, aside: Path) -> list[str]:
    """Search everything again; say what was searched, or refuse to claim that nothing is left."""
    with files.scratch_folder() as scratch:
        places = Places(root, wanted, params, Path(scratch))
        temporary = places.temporary(besides=aside)
        left = [path for path in (*places.own, *places.made) if places.is_left(path)]
        left += [path for path in places.cached if places.cache_holds(path)]
        busy = [path for path in temporary if places.holds(path)]
    if busy:
        raise StudyError(
            f"An id is still in {words.listed(map(str, busy[:5]))}, which a command has open that is still running, "
            "or left when it was killed: wait for it, or delete the folder; then run this again."
        )
    if left:
        where = words.listed(str(path.relative_to(root)) for path in left[:5])
        raise StudyError(f"An id is still in {where}: delete what holds it, and run this again.")
    lines = [
        f"Proof: {len(places.own):,} of your own files, {len(places.made):,} that the pipeline made, "
        f"{len(places.cached):,} objects of DVC's cache were searched again, and {len(temporary):,} temporary files; "
        "tables by their column of ids, all else byte by byte, unpacked and in every usual way of writing: "
        "nothing was found."
    ]
    if not wanted.all_long:
        lines.append(
            f"  An id of fewer than {LONG_ENOUGH} signs looks like any other number or word: "
            "it was searched in columns of ids only."
        )
    return lines


def _done(plan: Plan, root: Path, unfinished: set[str]) -> list[str]:
    """What became of each file."""
    told = {path: path.relative_to(root) if path.is_relative_to(root) else path for path in plan.left}
    again = f"  {words.counted(len(unfinished), 'customer')} taken up again whom a call that was killed had begun with"
    lines = [again] if unfinished else []
    lines += [f"  {path.relative_to(root)}: {what} taken out" for path, (_, what) in plan.rewritten.items()]
    lines += [
        f"  {path.relative_to(root)}: deleted (it holds the id, a number like it, or what may be theirs), "
        "and made anew by the pipeline"
        for path in plan.deleted
    ]
    if plan.cached:
        lines.append(f"  DVC's cache: {words.counted(len(plan.cached), 'object')} deleted")
    lines += [f"  {path}: left by a command that was killed, deleted" for path in told.values()]
    lines += [
        f"  {path.relative_to(root)}: the same signs stand in other places too, where they may mean anything"
        for path in plan.elsewhere
    ]
    return lines or ["  nothing was found that holds them"]


def _beyond_reach(places: Places, params: Params) -> list[str]:
    """What the study cannot reach, said plainly, and what comes next."""
    reach = [
        "git's history, stashes and queued experiments",
        "backups",
        "text in pictures and PDF",
        "this shell's history",
    ]
    if isinstance(params.source, FilesSource) and (params.source.joined.transactions or params.source.joined.customers):
        reach.append("rows of joined files that name an order of theirs and nobody")
    reach += ["tables exported or sent elsewhere", *(f"the DVC remote {name}" for name in places.remotes)]
    if isinstance(params.source, DatabaseSource | WebSource):
        reach.append("the database or service that the study is collected from")
    return [
        f"Remembered in {FILE} as fingerprints, so that `collect` leaves them out from now on.",
        f"Not within reach, and yours to do: {words.listed(reach)}.",
        "The segments and reports were computed with them: `make run` makes all of it anew.",
    ]
