"""`segments assign`: a segment for new or changed customers, by the study's own rules and scorer.

Lines alone go by the study's recipe, which loads a tenth of what the steps load; all else goes through the steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from customer_segments.base import engine, words
from customer_segments.base.contract import MONEY, tells_money
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.commands import writing
from customer_segments.sources import files, joining, tables
from customer_segments.sources.forgotten import FILE, forgotten, left_out
from customer_segments.sources.joining import Further
from customer_segments.sources.part import Part, literal, parquet, quoted
from customer_segments.steps.recipe import FILE as RECIPE
from customer_segments.steps.recipe import Followed, Recipe
from customer_segments.steps.scorer import Scorer

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

    from customer_segments.base.params import Params, PreprocessingParams
    from customer_segments.run.workspace import Workspace
    from customer_segments.sources.tables import Collected
    from customer_segments.steps.cleaning.clean import Cleaned

ID = "customer_id"
SCORER = "data/models/scorer.json"
CUSTOMERS = "data/processed/customers.parquet"
PROFILES = "data/processed/profiles.parquet"
UNSURE = 0.1  # below this certainty a customer is as good as between two segments

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Assigned:
    """The new customers with their segments, what they are like, the rows that could not be used, and their day."""

    found: Columns
    features: Columns
    left_out: Columns
    came_in: Mapping[str, int]  # rows by table
    as_of: date | None
    filled: int  # customers whom the study does not know and whose attributes are filled in

    @cached_property
    def customers(self) -> pd.DataFrame:
        return writing.as_frame(self.found)

    @cached_property
    def values(self) -> pd.DataFrame:
        return writing.as_frame(self.features)

    @cached_property
    def rejected(self) -> pd.DataFrame:
        return writing.as_frame(self.left_out)


def assign(
    new: Path, workspace: Workspace, *, customers: Path | None = None, out: Path | None = None, values: bool = False,
    as_of: date | None = None, replace: bool = False,
) -> str:  # fmt: skip
    """Write each customer's segment, certainty and whether the model saw anyone like that; say how it went."""
    out = out or Path(f"{new.name.partition('.')[0]}_segments.csv")
    kind, rejects = writing.format_of(out), out.with_name(f"{out.stem}_rejected.csv")
    writing.refuse_existing(out, replace, new, customers)
    writing.refuse_existing(rejects, True, new, customers, out)
    assigned = assigned_customers(new, workspace, customers=customers, as_of=as_of)
    if assigned.left_out["row"]:
        writing.refuse_existing(rejects, replace)
        writing.write(assigned.left_out, rejects, "csv")
    told = (
        {
            name if name == ID or name not in assigned.found else f"{name}_listed": column
            for name, column in assigned.features.items()
        }
        if values
        else {}
    )
    writing.write({**assigned.found, **told}, out, kind)
    return "\n".join(_summary(assigned, out, rejects))


def assigned_customers(
    new: Path, workspace: Workspace, *, customers: Path | None = None, as_of: date | None = None
) -> Assigned:
    """Each customer of the new tables with segment, name, certainty and `outside`."""
    scorer, connection = Scorer.read(workspace.existing(SCORER)), engine.opened()
    with scratch_folder() as scratch:
        read = collected(_places(new, customers, workspace), workspace, connection, Path(scratch))
        made = _by_recipe(read, workspace, connection, as_of) or _by_steps(
            read, workspace, Path(scratch), as_of, scorer.needed
        )
    if not made.customers.get(ID):
        raise StudyError(f"No customer of {new.name} is left after cleaning: `segments check {new}` says why.")
    features, filled = _with_known_attributes(made.customers, scorer.needed, workspace, connection)
    placed = scorer.score(features)
    found = {
        ID: features[ID],
        "segment": placed.segment.tolist(),
        "segment_name": _names(placed.segment.tolist(), workspace, connection),
        "certainty": placed.certainty.round(3).tolist(),
        "outside": placed.outside.tolist(),
    }
    came_in = {table: collected.account["rows"] for table, (_, collected) in read.items()}
    return Assigned(found, features, made.rejected, came_in, made.as_of, filled)


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


def collected(
    places: dict[str, Path], workspace: Workspace, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> dict[str, tuple[Path, Collected]]:
    """The new tables, read as the study's own were, without the forgotten."""
    accounts, gone, read = workspace.read_json("data/raw/source.json")["tables"], forgotten(workspace.root / FILE), {}
    for table, place in places.items():
        columns, given = _given(accounts.get(table))
        paid = table == "transactions" and tells_money(_ours(accounts[table]))
        target, parts = scratch / f"{table}.parquet", _parts(place, given, connection, scratch)
        columns = columns if paid or table == "customers" else dict.fromkeys(MONEY) | columns
        collected = tables.write_table(connection, table, parts, columns, given, target)
        if paid and not tells_money(_ours(collected.account)):
            raise StudyError(
                f"{place.name} has no column of money, and the study's lines have one: name it as they do."
            )
        _refuse_somebody_guessed(place, collected.account)
        read[table] = target, left_out(connection, collected, target, gone)
    return read


def _refuse_somebody_guessed(place: Path, account: Mapping[str, Any]) -> None:
    """Stop where it is in doubt whose the rows are, and nobody can be asked."""
    by_hand = {match["ours"] for match in account["columns"] if match["sureness"] == "set by hand"}
    for doubt in account.get("doubts", ()):
        if doubt["ours"] == "customer_id" and "customer_id" not in by_hand:
            raise StudyError(f"{place.name}: {doubt['told']}: call the customers' column as the study's files do.")


def _ours(account: Mapping[str, Any]) -> list[str]:
    return [match["ours"] for match in account["columns"]]


def _parts(place: Path, given: Any, connection: duckdb.DuckDBPyConnection, scratch: Path) -> list[Part]:
    """The new rows; where the study's were put together of several files, those of the same names in a folder."""
    joins = getattr(given, "joined", ())
    if not joins:
        return files.read(str(place), given, scratch, Path.cwd())
    from customer_segments.base.params import Joined

    hows = [Joined.of(**each) for each in joins]
    alone = all(each.table == given.place for each in hows)  # the sheets of one workbook
    if not alone and not place.is_dir():
        names = words.listed(dict.fromkeys(Path(each).name for each in (given.place, *(how.table for how in hows))))
        raise StudyError(
            f"The study's lines are put together of {names}: give a folder with the new files, under the same names."
        )

    def read(told: str, how: Any) -> list[Part]:
        return files.read(str(place if alone else place / Path(told).name), how, scratch, Path.cwd())

    further = [Further(each, read(each.table, each.written), "source.joined") for each in hows]
    return joining.together(connection, read(given.place, given), further, scratch)


def _given(account: dict[str, Any] | None) -> tuple[dict[str, str], Any]:
    """The columns and the format that the study was told for a table."""
    if account is None:
        from customer_segments.base.params import Format

        return {}, Format()
    if "given" not in account:
        raise StudyError("The study's tables were collected by an earlier version: run it again.", stage="collect")
    given = dict(account["given"])
    return given.pop("columns"), SimpleNamespace(**given)


def _by_recipe(
    read: dict[str, tuple[Path, Collected]], workspace: Workspace, connection: duckdb.DuckDBPyConnection,
    as_of: date | None,
) -> Followed | None:  # fmt: skip
    """What the study's recipe makes of one whole file of lines; nothing where it does not apply."""
    path, collected = read.get("transactions", (None, None))
    lost = collected and (collected.broken or any(collected.broken_beside.values()))
    if len(read) > 1 or path is None or lost or len(collected.account["files"]) > 1:
        return None
    recipe = Recipe.read(workspace.existing(RECIPE)) if workspace.has(RECIPE) else None
    made = recipe and recipe.follow(connection, f"SELECT * FROM {parquet(path)}", as_of)
    if not made:
        return None
    rejected = made.rejected | {
        "file": [collected.account["files"][0]["name"]] * len(made.rejected["row"]),
        "row_in_file": made.rejected["row"],
    }
    return made._replace(rejected=rejected)


def _by_steps(
    read: dict[str, tuple[Path, Collected]], workspace: Workspace, scratch: Path, as_of: date | None,
    needed: tuple[str, ...],
) -> Followed:  # fmt: skip
    """What the study's own steps make of the new tables."""
    from customer_segments.steps.preprocessing.features import customer_rows

    params = workspace.params()
    cleaned = cleaned_anew(read, params.preprocessing, params.threads, scratch)
    day = None if cleaned.lines is None else as_of or _day(cleaned.lines, params.preprocessing.as_of, workspace)
    listed = None if cleaned.lines is not None else as_of or _list_day(params, workspace)
    rows = customer_rows(cleaned, day, params.preprocessing, listed, needed)
    return Followed({name: rows[name].tolist() for name in rows}, cleaned.rejected.to_pyarrow().to_pydict(), day)


def cleaned_anew(
    read: dict[str, tuple[Path, Collected]], rules: PreprocessingParams, threads: int, scratch: Path
) -> Cleaned:
    """What the study's rules leave of new tables."""
    import ibis

    from customer_segments.sources import broken_table
    from customer_segments.steps.cleaning.clean import clean

    backend = engine.connect(threads)
    found = {table: engine.read_parquet(backend, path) for table, (path, _) in read.items()}
    lost = {table: collected.broken for table, (_, collected) in read.items()}
    beside = {name: rows for _, collected in read.values() for name, rows in collected.broken_beside.items()}
    broken = ibis.memtable(broken_table(lost | beside))
    listed = {table: collected.account["files"] for table, (_, collected) in read.items()}
    # The study's day is passed by the new orders, and must not reject them.
    rules = rules.model_copy(update={"as_of": None})
    return clean(found.get("customers"), found.get("transactions"), rules, broken, listed, scratch)


def _list_day(params: Params, workspace: Workspace) -> date | None:
    """The day that the dates of the study's own list look back from, and so those of new customers."""
    from customer_segments.steps.preprocessing.days import list_day

    return list_day(workspace.collected(engine.connect(params.threads)).get("customers"), params.preprocessing.as_of)


def _day(lines: ir.Table, study: date | None, workspace: Workspace) -> date:
    """The day that the new features look back from: the study's own, or the day after the last new order if later."""
    from customer_segments.steps.preprocessing.features import resolve_as_of

    if study is None and (earlier := workspace.lines(lines.get_backend())) is not None:
        study = resolve_as_of(earlier, None)
    return max(filter(None, (resolve_as_of(lines, None), study)))


def _with_known_attributes(
    customers: Columns, needed: tuple[str, ...], workspace: Workspace, connection: duckdb.DuckDBPyConnection
) -> tuple[Columns, int]:
    """What the model needs and the new files lack, from the study where it knows the customer; else it is filled."""
    known = f"FROM {parquet(workspace.existing(CUSTOMERS))}"
    held = [name for name, *_ in connection.execute(f"DESCRIBE {known}").fetchall()]
    lacking = [name for name in needed if name not in customers and name in held]
    if not lacking or not {"orders", "net_revenue"} & set(held):
        return customers, 0
    ids = customers[ID]
    # Not as a parameter, for which DuckDB would load pandas.
    asked = f"SELECT {ID}, {', '.join(map(quoted, lacking))} {known} WHERE {ID} IN ({', '.join(map(literal, ids))})"
    rows = {customer: cells for customer, *cells in connection.execute(asked).fetchall()}
    nothing = [None] * len(lacking)
    attributes = zip(*(rows.get(customer, nothing) for customer in ids), strict=True)
    return {**customers, **dict(zip(lacking, attributes, strict=True))}, sum(customer not in rows for customer in ids)


def _names(segments: list[int], workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The segments' names in the profiles, or their numbers where there are none yet."""
    known = {}
    if workspace.has(PROFILES):
        asked = f"SELECT segment, name FROM {parquet(workspace.existing(PROFILES))}"
        known = dict(connection.execute(asked).fetchall())
    return [known.get(segment, words.segment(segment)) for segment in segments]


def _summary(assigned: Assigned, out: Path, rejects: Path) -> list[str]:
    """What a person wants to know: how many went where, how surely, and what could not be used."""
    found, rejected = assigned.found, assigned.left_out
    count, day = len(found[ID]), f", as of {assigned.as_of}" if assigned.as_of else ""
    lines = [f"{words.counted(count, 'customer')} assigned{day}", ""]
    for (segment, name), size in sorted(Counter(zip(found["segment"], found["segment_name"], strict=True)).items()):
        label = name if name == words.segment(segment) else f"{words.segment(segment)}, {name}"
        lines.append(f"  {size:>10,}  {words.percent(size / count):>8}  {label}")
    unsure, outside = sum(sure < UNSURE for sure in found["certainty"]), sum(found["outside"])
    lines += ["", f"  {unsure:,} lie between two segments (certainty below {UNSURE:g}); "
              f"{outside:,} lie outside what the model saw (column `outside`): check them before acting."]  # fmt: skip
    if assigned.filled:
        lines.append(
            f"  {words.counted(assigned.filled, 'customer is', 'customers are')} new to the study and came without the "
            "attributes that the model uses: these were filled with typical values (`--customers FILE` gives them)."
        )
    for table, came_in in sorted(assigned.came_in.items()):
        rules = zip(*(rejected[name] for name in ("table", "rule", "reason")), strict=True)
        lines += _used(table, came_in, [(rule, why) for name, rule, why in rules if name == table])
    if rejected["row"]:
        lines.append(f"  Every row that was not used stands with its reason in {rejects}.")
    return [*lines, "", f"Written to {out}."]


def _used(table: str, came_in: int, taken_out: list[tuple[str, str]]) -> Iterator[str]:
    """How many of the rows were used, and what took the others out, most rows first."""
    yield f"  {table}: {came_in - len(taken_out):,} of {words.counted(came_in, 'row')} used"
    whys = dict(reversed(taken_out))
    for rule, count in Counter(rule for rule, _ in taken_out).most_common():
        yield f"    {count:>10,}  {rule}. {whys[rule]}"
