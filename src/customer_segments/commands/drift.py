"""`segments drift`: who moved between two runs or periods, what has shifted, and whether to make segments anew."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from customer_segments.base import files, registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PrivacyParams
from customer_segments.commands import writing
from customer_segments.commands.runs import read_run
from customer_segments.steps.movements.drift import GONE, NEW, REFIT, WATCH, Drift, Run, compare

FORMATS = ("html", "json", "csv", "txt")


def drift(
    old: str, new: str, root: Path, *, out: Path | None = None, replace: bool = False, smallest: int | None = None
) -> str:
    """Compare the runs that two places name; say what follows, and write it down where asked to.

    Fewer than `smallest` customers are not counted out; if None, as many as a study's settings say at first.
    """
    if smallest is None:
        smallest = PrivacyParams().smallest_group
    if out is not None:
        if out.suffix[1:].lower() not in FORMATS:
            raise StudyError(f"{out.name} should end in {words.listed((f'.{each}' for each in FORMATS), 'or')}.")
        writing.refuse_existing(out, replace, *(each for each in (old, new) if Path(each).is_file()))
    found = compare(read_run(old, root), read_run(new, root))
    text = "\n".join(_told(found, smallest))
    if out is None:
        return text
    _write(found, text, out, smallest)
    return f"{text}\n\nWritten to {out}."


def advice(found: Drift) -> str:
    """Whether to make the segments anew, in a sentence with its reasons."""
    shifted = found.stability[found.stability["shift"] == "shifted"]
    little = found.stability[found.stability["shift"] == "moved a little"]
    moved = found.moved or 0.0
    reasons = []
    if len(shifted):
        reasons.append(f"{_columns(shifted)} shifted (index above {REFIT:g})")
    elif len(little):
        reasons.append(f"{_columns(little)} moved a little (index above {WATCH:g})")
    if moved > WATCH:
        reasons.append(f"{words.percent(moved)} of the customers in both are in another segment")
    why = words.listed(reasons)
    if len(shifted) or moved > REFIT:
        return f"Make the segments anew: {why}."
    if reasons:
        return f"Keep the segments, and look again soon: {why}."
    if found.moved is None and found.stability.empty:
        return "Nothing can be said: the two have no customer and no column in common."
    few = f", and {words.percent(moved)} of the customers in both changed segment" if found.moved is not None else ""
    return f"Keep the segments: no column has moved{few}."


def notes(found: Drift) -> Iterator[str]:
    """What the comparison must be read with."""
    gone, new = len(found.old.segments) - found.both, len(found.new.segments) - found.both
    yield f"{found.both:,} customers are in both, {new:,} are new, {gone:,} are gone."
    if found.moved is not None:
        agreement = f"adjusted Rand index {found.agreement:.2f}, 1 = the same groups"
        yield f"{words.percent(found.moved)} of those in both changed segment ({agreement})."
    if found.both < len(found.old.segments) / 2:
        yield "Fewer than half of the old customers are among the new: what shifted may be the choice of customers."
    if found.by_overlap:
        named = words.listed(_label(found.new, segment) for segment in found.migration.columns if segment != GONE)
        yield f"Names differ, so segments were paired by the customers they share; the new ones are {named}."
    if found.stability.empty:
        yield "The two have no column in common that can be compared (`segments assign --values` writes them)."


def _columns(table: pd.DataFrame) -> str:
    named = [f"{registry.label(name)} ({index:.2f})" for name, index in zip(table["column"], table["psi"], strict=True)]
    named = named[:3]
    more = [f"{len(table) - 3} more"] if len(table) > 3 else []
    return f"{words.listed([*named, *more])} {'has' if len(table) == 1 else 'have'}"


def migration_for_reader(found: Drift, smallest: int) -> pd.DataFrame:
    """The migration with shares of the old segment beside the counts, and few customers not counted out."""
    table = found.migration
    totals = table.sum(axis=1)
    cells = {
        str(column): [_cell(count, totals[row], smallest, share=row != NEW) for row, count in table[column].items()]
        for column in table
    }
    return pd.DataFrame({"From \\ to": [_label(found.old, row) for row in table.index], **cells})


def _cell(count: int, total: int, smallest: int, share: bool) -> str:
    if 0 < count < smallest:
        return f"under {smallest}"
    return f"{count:,} ({words.percent(count / total)})" if share and count else f"{count:,}"


def _label(run: Run, segment: Any) -> str:
    if segment in (NEW, GONE):
        return segment
    name = run.names.get(int(segment), words.segment(int(segment)))
    return name if name == words.segment(int(segment)) else f"{segment} {name}"


def _told(found: Drift, smallest: int) -> Iterator[str]:
    """The comparison as text."""
    yield advice(found)
    yield ""
    yield f"Old: {found.old.label} ({words.counted(len(found.old.segments), 'customer')})"
    yield f"New: {found.new.label} ({words.counted(len(found.new.segments), 'customer')})"
    yield from (f"  {note}" for note in notes(found))
    yield ""
    yield "Who moved where (share of the old segment)"
    yield from (f"  {line}" for line in migration_for_reader(found, smallest).to_string(index=False).splitlines())
    yield ""
    yield f"What shifted (population stability index: above {WATCH:g} moved a little, above {REFIT:g} shifted)"
    for row in found.stability.to_dict("records"):
        yield f"  {row['psi']:>8.3f}  {row['shift']:<14}  {registry.label(row['column'])}"


def _write(found: Drift, text: str, out: Path, smallest: int) -> None:
    kind = out.suffix[1:].lower()
    if kind == "csv":
        writing.write(found.stability, out, "csv")
        return
    content = {"json": lambda: _json(found), "html": lambda: _html(found, smallest), "txt": lambda: f"{text}\n"}[kind]()
    files.write_text(content, out.absolute())


def _json(found: Drift) -> str:
    told = {
        "advice": advice(found),
        "in_both": found.both,
        "moved_share": found.moved,
        "adjusted_rand_index": found.agreement,
        "continued_by": found.matched,
        "migration": json.loads(found.migration.to_json(orient="index")),
        "stability": found.stability.to_dict("records"),
    }
    return f"{json.dumps(told, indent=2, ensure_ascii=False)}\n"


def _html(found: Drift, smallest: int) -> str:
    """A page of its own, in the look of the report."""
    from jinja2 import Environment, FileSystemLoader

    from customer_segments.pages.report.chapters import TEMPLATES, style

    shifts = found.stability.assign(column=found.stability["column"].map(registry.label))
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("drift.html.j2").render(
        style=style(), advice=advice(found), old=found.old.label, new=found.new.label, notes=list(notes(found)),
        migration=migration_for_reader(found, smallest), stability=shifts.to_dict("records"), watch=WATCH, refit=REFIT,
    )  # fmt: skip
