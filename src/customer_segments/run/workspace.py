"""Where a study's files are: read whole from its folder, written whole to it, or to the staging of a running stage."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base import files
from customer_segments.base.errors import StudyError
from customer_segments.run.pipeline import PIPELINE, maker_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends.duckdb import Backend

ROOT_VARIABLE = "CUSTOMER_SEGMENTS_ROOT"  # how a stage tells its notebook's kernel where the study is
STAGING_VARIABLE = "CUSTOMER_SEGMENTS_STAGING"  # and where to write until the stage has succeeded
STAGING = ".staging"
PARAMS_FILE = "params.yaml"
RAW = "data/raw"


@dataclass(frozen=True)
class Workspace:
    """A study's folder, and the folder that a running stage writes to until it has succeeded."""

    root: Path
    staging: Path | None = None

    @classmethod
    def here(cls) -> Workspace:
        """The study of this kernel, or the one that the current folder belongs to; for the edges only."""
        if named := os.environ.get(ROOT_VARIABLE):
            staging = os.environ.get(STAGING_VARIABLE)
            return cls(Path(named), Path(staging) if staging else None)
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / PIPELINE).exists():
                return cls(folder)
        raise StudyError(f"No {PIPELINE} in {here} or above it: change to the study's folder first.")

    def staged(self, stage: str) -> Workspace:
        """The same study while a stage is running."""
        return replace(self, staging=self.root / STAGING / stage)

    def variables(self) -> dict[str, str]:
        """What a kernel finds this workspace by."""
        return {ROOT_VARIABLE: str(self.root)} | ({STAGING_VARIABLE: str(self.staging)} if self.staging else {})

    def params(self, section: str | None = None, given: Any = None) -> Any:
        """All of the study's parameters, or one section: as a notebook was given it, else as params.yaml has it."""
        from customer_segments.base.params import load_params, read_params, section_of

        if section is None:
            return load_params(self.root / PARAMS_FILE)
        return section_of(
            {section: given} if given not in (None, {}) else read_params(self.root / PARAMS_FILE), section
        )

    def has(self, path: str) -> bool:
        """Whether an earlier stage made this file; studies without transactions lack some."""
        return (self.root / path).exists()

    def existing(self, path: str) -> Path:
        """The place of a file that this or an earlier stage made, or a word on which stage makes it."""
        for base in filter(None, (self.staging, self.root)):
            if (base / path).exists():
                return base / path
        stage = maker_of(path)
        raise StudyError(f"{path} is not there{'.' if stage else ': no stage of the pipeline makes it.'}", stage=stage)

    def destination(self, path: str) -> Path:
        """Where to write a file, its folder made."""
        target = (self.staging or self.root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def folder(self, path: str) -> None:
        """Make a folder, which may stay empty."""
        (self.destination(path)).mkdir(exist_ok=True)

    def read_table(self, path: str) -> pd.DataFrame:
        """Read a Parquet table."""
        import pandas as pd

        return pd.read_parquet(self.existing(path))

    def read_json(self, path: str) -> Any:
        """Read a JSON file."""
        return json.loads(self.existing(path).read_text(encoding="utf-8"))

    def collected(self, connection: Backend) -> dict[str, ir.Table]:
        """The collected tables by name, with `broken`, the rows that could not be split into cells."""
        from customer_segments.base.engine import read_parquet

        names = [*self.read_json(f"{RAW}/source.json")["tables"], "broken"]
        return {name: read_parquet(connection, self.existing(f"{RAW}/{name}.parquet")) for name in names}

    def lines(self, connection: Backend) -> ir.Table | None:
        """The cleaned invoice lines; none in a study without transactions."""
        return self._there("data/interim/lines.parquet", connection)

    def undone(self, connection: Backend) -> ir.Table | None:
        """The sales of which all was returned; none where nothing was netted."""
        return self._there("data/interim/undone.parquet", connection)

    def rejected(self, connection: Backend) -> ir.Table:
        """The rows that cleaning took out, each with the rule."""
        from customer_segments.base.engine import read_parquet

        return read_parquet(connection, self.existing("data/interim/rejected.parquet"))

    def _there(self, path: str, connection: Backend) -> ir.Table | None:
        from customer_segments.base.engine import read_parquet

        return read_parquet(connection, self.existing(path)) if self.has(path) else None

    def write_table(self, table: pd.DataFrame, path: str) -> None:
        files.write_table(table, self.destination(path))

    def write_json(self, content: Mapping[str, Any], path: str) -> None:
        files.write_json(content, self.destination(path))

    def write_model(self, model: Any, path: str) -> None:
        files.write_model(model, self.destination(path))

    def write_text(self, text: str, path: str) -> None:
        files.write_text(text, self.destination(path))

    def write_bytes(self, content: bytes, path: str) -> None:
        files.write_bytes(content, self.destination(path))

    def read_model(self, path: str) -> Any:
        """Read a fitted scikit-learn object."""
        import joblib

        return joblib.load(self.existing(path))
