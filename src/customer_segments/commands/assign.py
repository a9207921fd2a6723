"""`segments assign`: a segment for new or changed customers, by the study's own rules and scorer."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from customer_segments.base import engine, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import ColumnNames, Formats, Params, TablesSource
from customer_segments.commands import writing
from customer_segments.steps.preprocessing.features import ID, customer_rows
from customer_segments.steps.scorer import Scorer

if TYPE_CHECKING:
    import numpy as np

    from customer_segments.run.workspace import Workspace
    from customer_segments.steps.cleaning.clean import Cleaned

SCORER = "data/models/scorer.json"
CUSTOMERS = "data/processed/customers.parquet"
UNSURE = 0.1  # below this certainty a customer is as good as between two segments


@dataclass(frozen=True)
class Assigned:
    """The new customers with their segments, what they are like, the rows that could not be used, and their day."""

    customers: pd.DataFrame
    values: pd.DataFrame
    rejected: pd.DataFrame
    ledger: pd.DataFrame
    as_of: date | None
    filled: int  # customers whom the study does not know and whose attributes are filled in


def assign(
    new: Path, workspace: Workspace, *, customers: Path | None = None, out: Path | None = None, values: bool = False,
    as_of: date | None = None, replace: bool = False,
) -> str:  # fmt: skip
    """Write each customer's segment, certainty and whether the model saw anyone like that; say how it went."""
    out = out or Path(f"{new.name.partition('.')[0]}_segments.csv")
    kind, rejects = writing.format_of(out), out.with_name(f"{out.stem}_rejected.csv")
    writing.refuse_existing(out, replace)
    assigned = assigned_customers(new, workspace, customers=customers, as_of=as_of)
    told = assigned.customers.merge(assigned.values, on=ID) if values else assigned.customers
    if len(assigned.rejected):
        writing.refuse_existing(rejects, replace)
        writing.write(assigned.rejected, rejects, "csv")
    writing.write(told, out, kind)
    return "\n".join(_summary(assigned, out, rejects))


def assigned_customers(
    new: Path, workspace: Workspace, *, customers: Path | None = None, as_of: date | None = None
) -> Assigned:
    """Each customer of the new tables with segment, name, certainty and `outside`."""
    params, scorer = workspace.params(), Scorer.read(workspace.existing(SCORER))
    with tempfile.TemporaryDirectory(prefix="customer_segments_") as scratch:
        cleaned = _cleaned(_places(new, customers, workspace), params, Path(scratch))
        day = None if cleaned.lines is None else as_of or _day(cleaned, params.preprocessing.as_of, workspace)
        rows = customer_rows(cleaned, day, params.preprocessing)
        table, filled = _with_known_attributes(rows, scorer.needed, workspace)
        rejected = cleaned.rejected.to_pandas()
    if table.empty:
        raise StudyError(f"No customer of {new.name} is left after cleaning: `segments check {new}` says why.")
    placed = scorer.score(table)
    found = pd.DataFrame(
        {
            ID: table[ID],
            "segment": placed.segment,
            "segment_name": _names(placed.segment, workspace),
            "certainty": placed.certainty.round(3),
            "outside": placed.outside,
        }
    )
    return Assigned(found, table, rejected, cleaned.ledger, day, filled)


def _places(new: Path, customers: Path | None, workspace: Workspace) -> dict[str, Path]:
    """Which table stands where: what the study was made from decides what the new file holds."""
    known = workspace.read_json("data/raw/source.json")["tables"]
    if "transactions" in known:
        return {"transactions": new} | ({"customers": customers} if customers else {})
    if customers:
        raise StudyError(
            "This study has no transactions, so the new customers are all there is: leave out `--customers`."
        )
    return {"customers": new}


def _cleaned(places: dict[str, Path], params: Params, scratch: Path) -> Cleaned:
    """The new tables, read under the study's own settings and cleaned by its own rules."""
    from customer_segments.sources import broken_table, files, tables
    from customer_segments.steps.cleaning.clean import clean

    source, connection = params.source, engine.connect(params.threads)
    names, formats = (
        (source.columns, source.formats) if isinstance(source, TablesSource) else (ColumnNames(), Formats())
    )
    read, broken, listed = {}, {}, {}
    for table, place in places.items():
        given, target = getattr(formats, table), scratch / f"{table}.parquet"
        parts = files.read(str(place), given, scratch, Path.cwd())
        collected = tables.write_table(connection, table, parts, getattr(names, table), given, target)
        read[table], broken[table] = engine.read_parquet(connection, target), collected.broken
        listed[table] = collected.account["files"]
    # The study's day is passed by the new orders, and must not reject them.
    rules = params.preprocessing.model_copy(update={"as_of": None})
    return clean(
        read.get("customers"), read.get("transactions"), rules, ibis.memtable(broken_table(broken)), listed, scratch
    )


def _day(cleaned: Cleaned, study: date | None, workspace: Workspace) -> date:
    """The day that the new features look back from: the study's own, or the day after the last new order if later."""
    from customer_segments.steps.preprocessing.features import resolve_as_of

    newest = resolve_as_of(cleaned.lines, None)
    if study is None and (lines := workspace.lines(cleaned.lines.get_backend())) is not None:
        study = lines.ordered_at.max().to_pyarrow().as_py().date() + timedelta(days=1)
    return max(filter(None, (newest, study)))


def _with_known_attributes(
    table: pd.DataFrame, needed: tuple[str, ...], workspace: Workspace
) -> tuple[pd.DataFrame, int]:
    """What the model needs and the new files lack, from the study where it knows the customer; else it is filled."""
    known = workspace.read_table(CUSTOMERS)
    orders = {"orders", "net_revenue"} & set(known)
    lacking = [name for name in needed if name not in table and name in known]
    if not lacking or not orders:
        return table, 0
    filled = int((~table[ID].isin(known[ID])).sum())
    return table.merge(known[[ID, *lacking]], on=ID, how="left"), filled


def _names(segments: np.ndarray, workspace: Workspace) -> list[str]:
    """The segments' names in the profiles, or their numbers where there are none yet."""
    path = "data/processed/profiles.parquet"
    known = workspace.read_table(path).set_index("segment")["name"].to_dict() if workspace.has(path) else {}
    return [known.get(segment, words.segment(segment)) for segment in segments]


def _summary(assigned: Assigned, out: Path, rejects: Path) -> list[str]:
    """What a person wants to know: how many went where, how surely, and what could not be used."""
    found = assigned.customers
    day = f", as of {assigned.as_of}" if assigned.as_of else ""
    lines = [f"{words.counted(len(found), 'customer')} assigned{day}", ""]
    for (segment, name), group in found.groupby(["segment", "segment_name"]):
        label = name if name == words.segment(segment) else f"{words.segment(segment)}, {name}"
        lines.append(f"  {len(group):>10,}  {words.percent(len(group) / len(found)):>8}  {label}")
    unsure, outside = int((found["certainty"] < UNSURE).sum()), int(found["outside"].sum())
    lines += ["", f"  {unsure:,} lie between two segments (certainty below {UNSURE:g}); "
              f"{outside:,} lie outside what the model saw (column `outside`): check them before acting."]  # fmt: skip
    if assigned.filled:
        lines.append(
            f"  {words.counted(assigned.filled, 'customer is', 'customers are')} new to the study and came without the "
            "attributes that the model uses: these were filled with typical values (`--customers FILE` gives them)."
        )
    lines += [line for table, rules in assigned.ledger.groupby("table", sort=False) for line in _used(table, rules)]
    if len(assigned.rejected):
        lines.append(f"  Every row that was not used stands with its reason in {rejects}.")
    return [*lines, "", f"Written to {out}."]


def _used(table: str, rules: pd.DataFrame) -> list[str]:
    came_in, used = int(rules["rows_before"].iloc[0]), int(rules["rows_after"].iloc[-1])
    taken_out = rules[rules["rows_rejected"] > 0]
    return [
        f"  {table}: {used:,} of {words.counted(came_in, 'row')} used",
        *(f"    {rule.rows_rejected:>10,}  {rule.rule}. {rule.why}" for rule in taken_out.itertuples()),
    ]
