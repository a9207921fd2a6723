"""A whole study in one call, for those who have a table and no folder."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.params import Params, read_params, validate

if TYPE_CHECKING:
    import pandas as pd

    from customer_segments.steps.judge import Verdict
    from customer_segments.steps.scorer import Scorer
    from customer_segments.steps.study import Steps

GIVEN = "data/external"
NAMELESS = {"name": "study", "title": "Study"}


@dataclass(frozen=True)
class Study:
    """A finished study: its verdict, its segments, who is in them, and what places any other customer."""

    params: Params
    steps: Steps
    folder: Path  # the tables as they were given and collected; goes with the study
    fingerprint: str  # of these tables

    @property
    def verdict(self) -> Verdict:
        return self.steps.judged.verdict

    @property
    def k(self) -> int:
        return self.steps.segmented.k

    @cached_property
    def segments(self) -> pd.DataFrame:
        """Every customer's segment (0 is none) and how surely: customer_id, segment, certainty."""
        segmented = self.steps.segmented
        return segmented.segments.assign(certainty=segmented.segmenter.certainty(segmented.inputs))

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """One row per segment: what it is called, how large it is, what it is like, what to do."""
        from customer_segments.pages.profiling.sentences import in_words

        return in_words(self.steps.profiled, self.params.profiling, self.params.study.currency)

    @cached_property
    def scorer(self) -> Scorer:
        """What gives a segment to customers who were not there."""
        from customer_segments.steps.scorer import scorer_of

        return scorer_of(self.steps.prepared.preprocessor, self.steps.segmented.segmenter, self.fingerprint)

    def write(self, folder: str | Path) -> Path:
        """Lay a study folder that `segments run` reruns to the same bytes."""
        from customer_segments.commands.folders import lay, with_params

        lay(Path(folder), lambda text: with_params(text, self.params), given=self.folder / GIVEN)
        return Path(folder)


def run_study(
    transactions: pd.DataFrame | str | Path | None = None,
    customers: pd.DataFrame | str | Path | None = None,
    params: Params | Mapping[str, Any] | str | Path | None = None,
) -> Study:
    """Segment customers from a table of transactions, of customers, or both; columns are recognised.

    `params` are sections as in params.yaml (`{"clustering": {"k": 4}}`), the path of such a file, or none.
    """
    from customer_segments.base.threads import threads

    tables = {"transactions": transactions, "customers": customers}
    given = {name: table for name, table in tables.items() if table is not None}
    if not given:
        raise StudyError("There is no table: give `transactions`, `customers`, or both.")
    with ExitStack() as unless_finished:
        folder = unless_finished.enter_context(scratch_folder())
        root = Path(folder)
        chosen = _chosen(params, {name: _put(table, name, root / GIVEN) for name, table in given.items()})
        with threads(chosen.threads):
            study = _studied(chosen, root)
        weakref.finalize(study, unless_finished.pop_all().close)
        return study


def _put(table: pd.DataFrame | str | Path, name: str, folder: Path) -> str:
    """The table as a file in the study's folder; its place as params.yaml would name it."""
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(table, str | Path):
        if not Path(table).is_file():
            raise StudyError(f"{table} is no file: name the file that holds the {name}.")
        target = folder / Path(table).name
        shutil.copyfile(table, target)
    else:
        target = folder / f"{name}.parquet"
        _write_frame(table, name, target)
    return f"{GIVEN}/{target.name}"


def _write_frame(table: pd.DataFrame, name: str, target: Path) -> None:
    """A frame as Parquet, the index too where it has a name."""
    from pyarrow import ArrowException

    if not hasattr(table, "to_parquet"):
        raise StudyError(f"`{name}` is a {type(table).__name__}: give a pandas DataFrame, or the path of a file.")
    named = table.reset_index() if any(table.index.names) else table
    twice = named.columns[named.columns.duplicated()]
    if len(twice):
        raise StudyError(f"`{name}` has two columns called {str(twice[0])!r}: give each a name of its own.")
    try:
        named.rename(columns=str).to_parquet(target, index=False)
    except (ArrowException, TypeError, ValueError) as error:
        raise StudyError(f"`{name}` cannot be stored ({error}): give each column values of one kind.") from None


def _chosen(params: Params | Mapping[str, Any] | str | Path | None, places: dict[str, str]) -> Params:
    """The parameters, with these files as their source; what they say of its columns and formats stays."""
    if isinstance(params, Params):
        content = params.model_dump(mode="json", exclude_unset=True)
    else:
        content = read_params(Path(params)) if isinstance(params, str | Path) else dict(params or {})
    source = {key: value for key, value in content.get("source", {}).items() if key in ("columns", "formats")}
    return validate(Params, {"study": NAMELESS} | content | {"source": {"kind": "files", **source, **places}}, "params")


def _studied(params: Params, folder: Path) -> Study:
    from customer_segments.base import engine
    from customer_segments.sources import collect
    from customer_segments.sources.secrets import Reach
    from customer_segments.steps.study import run_steps

    account = collect(params.source, Reach(folder, {}), folder / "raw", seed=params.seed, threads=params.threads)
    connection = engine.connect(params.threads, engine.MEMORY_LIMIT)
    tables = {
        name: engine.read_parquet(connection, folder / f"raw/{name}.parquet") for name in (*account["tables"], "broken")
    }
    files = {name: table["files"] for name, table in account["tables"].items()}
    return Study(params, run_steps(tables, params, files, folder), folder, account["fingerprint"])
