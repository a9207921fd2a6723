"""How well the exports are recognised: `python -m tests.recognition.score [--unseen] [NAME …]`."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customer_segments.base.contract import TABLES
from customer_segments.base.errors import StudyError
from customer_segments.commands.check import found
from customer_segments.commands.taken import named
from tests.recognition.corpus import A_THIRD_CLOSED, LOOKED_AT, Export, exports, is_held_back

ROLES = {column.name for columns in TABLES.values() for column in columns} | {"amount"}
RIGHT, PARTIAL, ASKED, REFUSED, WRONG, CRASHED = "right", "partial", "asked", "refused", "WRONG", "CRASHED"
USED = (RIGHT, PARTIAL)


@dataclass(frozen=True)
class Fault:
    """Something that would make a study wrong, and the words of which a warning of it has one."""

    told: str
    words: tuple[str, ...]
    role: str = ""


@dataclass(frozen=True)
class Score:
    """What came of one export, unaided, and after the answer to one question."""

    export: Export
    verdict: str
    note: str
    roles: tuple[int, int] = (0, 0)  # right, of those that it has
    helped: str = ""  # the verdict after one answer, where one was needed

    @property
    def used(self) -> bool:
        """Whether it was used, or, where nobody can be segmented by it, whether that was said."""
        if self.export.hopeless:
            return self.verdict in (ASKED, REFUSED)
        return self.verdict in USED or self.helped in USED


def score(export: Export) -> Score:
    """The export as `segments check` takes it."""
    with tempfile.TemporaryDirectory() as folder:
        paths = export.write(Path(folder))
        verdict, note, roles, faults = _judged(export, paths, {})
        helped = "" if verdict in USED else _judged(export, paths, _answer(export, faults))[0]
    return Score(export, verdict, note, roles, helped)


def _judged(
    export: Export, paths: list[Path], options: dict[str, Any]
) -> tuple[str, str, tuple[int, int], list[Fault]]:
    """The verdict and why; `right` allows for problems that are told besides."""
    due = sum(map(len, export.truth.values()))
    try:
        written = {name: value for name, value in options.items() if name not in ("table", "columns")}
        told = found(named(paths, options.get("table"), options.get("columns", ()), written))
    except StudyError as error:
        return REFUSED, str(error), (0, due), []
    except Exception as error:  # whatever a user would see as a traceback
        return CRASHED, f"{type(error).__name__}: {error}".splitlines()[0], (0, due), []
    faults = list(faults_of(export, told.tables, told.problems))
    missing = list(_missing(export, told.tables))
    right = due - len(missing) - sum(bool(fault.role) for fault in faults if fault.role in _roles(export))
    note = "; ".join(fault.told for fault in faults) or ("without " + ", ".join(missing) if missing else "")
    if export.hopeless and not faults and _named(("customer_id",), told.problems):
        return ASKED, "whose it is", (right, due), faults
    if not faults:
        return (PARTIAL if missing else RIGHT), note, (right, due), faults
    warned = all(_named(fault.words, told.problems) for fault in faults)
    return (ASKED if warned else WRONG), note, (max(right, 0), due), faults


def _named(words: Sequence[str], problems: list[str]) -> bool:
    return any(word.lower() in problem.lower() for problem in problems for word in words)


def faults_of(export: Export, tables: dict[str, dict[str, Any]], problems: list[str]) -> Iterator[Fault]:
    """Tables that are not what they are; else columns in wrong roles, roles that are lacking, rows that are lost."""
    if export.tell and not _named(export.tell, problems):
        yield Fault(f"silent about {export.tell[0]!r}", ())
    if set(tables) != set(export.truth):
        taken, due = " and ".join(sorted(tables)) or "nothing", " and ".join(sorted(export.truth))
        yield Fault(f"{taken} instead of {due}", ("one row", "table", *export.truth, *(() if tables else ("sheet",))))
        return
    for table, facts in tables.items():
        truth = export.truth[table]
        for role in sorted(ROLES & set(facts["columns"])):
            theirs, right = facts["columns"][role], _listed(truth.get(role))
            if not any(_same(theirs, column) for column in right + _listed(export.may.get(role))):
                trap = " (a trap)" if role in export.never else ""
                told = f"{role} is {theirs!r} instead of {right[0] if right else 'nothing'!r}{trap}"
                yield Fault(told, (role, role.replace("_", " "), theirs, *right), role)
        for role in sorted(_needed(truth) - set(facts["columns"])):
            right = _listed(truth[role])
            if any(_same(theirs, column) for theirs in facts["columns"].values() for column in right):
                continue  # in a role that comes to the same, as a price without a quantity does to an amount
            yield Fault(f"nothing for {role} ({right[0]!r})", (role, role.replace("_", " "), *right), role)
        if facts["usable"] < facts["rows"] / 2:
            told = f"{facts['usable']} of {facts['rows']} {table} used"
            yield Fault(told, ("half", "be used", f"{facts['rows'] - facts['usable']} of", f"{facts['usable']} of"))


def _missing(export: Export, tables: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Roles that a careful analyst would give and that nothing was taken for, though a study can do without."""
    for table, truth in export.truth.items():
        given = set(tables.get(table, {"columns": ()})["columns"])
        yield from sorted(set(truth) - given - (_needed(truth) if table in tables else set()))


def _needed(truth: dict[str, Any]) -> set[str]:
    """The roles whose lack makes figures wrong: who, when, and the money as the export has it."""
    money = {"amount"} if "amount" in truth else {"quantity", "unit_price"}
    return ({"customer_id", "ordered_at"} | money) & set(truth)


def _answer(export: Export, faults: list[Fault]) -> dict[str, Any]:
    """What a person would say to the one question that matters most."""
    if export.answer:
        return export.answer
    roles = _roles(export)
    if len(export.truth) == 1 and any(not fault.role for fault in faults):
        return {"table": next(iter(export.truth))}
    wanted = [role for role in (export.ask, *(fault.role for fault in faults), "customer_id") if role in roles]
    return {"columns": [f"{wanted[0]}={_listed(roles[wanted[0]])[0]}"]} if wanted else {}


def _roles(export: Export) -> dict[str, Any]:
    return {role: column for table in export.truth.values() for role, column in table.items()}


def _listed(columns: str | list[str] | None) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns or ())


def _same(theirs: str, column: str) -> bool:
    """Whether a column is meant, by its name, by its number, or with its file's name before it."""
    numbered = column.isdigit() and re.sub(r"\D", "", theirs) == column
    return theirs == column or numbered or re.fullmatch(rf".+[.:/] ?{re.escape(column)}", theirs) is not None


def totals(scores: list[Score]) -> str:
    """The figures that count."""
    counts = Counter(each.verdict for each in scores)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in (RIGHT, PARTIAL, ASKED, REFUSED, WRONG, CRASHED))
    unaided = [each for each in scores if not each.export.ask]
    whole, part = (sum(each.verdict == verdict for each in unaided) for verdict in USED)
    right, due = (sum(each.roles[place] for each in unaided) for place in (0, 1))
    silent = sum(each.verdict in USED for each in scores if each.export.ask)
    return f"""{len(scores)} exports: {told}
of {len(unaided)} that can be known unaided: {whole} with all roles, {part} with some left out; {right} of {due} roles
of {len(scores) - len(unaided)} that need a question: {silent} used without asking
used unaided or after one answer: {sum(each.used for each in scores)} of {len(scores)}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unseen", action="store_true", help="those that nobody tunes on, as totals alone")
    parser.add_argument("names", nargs="*", help="only these, of the others")
    given = parser.parse_args()
    looked_at = [] if given.unseen else [each for folder in LOOKED_AT for each in exports(folder)]
    thirds = [each for folder in A_THIRD_CLOSED for each in exports(folder)]
    chosen = looked_at + [each for each in thirds if is_held_back(each.name) == given.unseen]
    scores = [score(each) for each in chosen if not given.names or each.name in given.names]
    for each in [] if given.unseen else scores:
        after = f" → {each.helped}" if each.helped else ""
        print(f"{each.export.name:<30} {each.verdict + after:<20} {each.note[:200]}")
    print(totals(scores))


if __name__ == "__main__":
    main()
