"""A business's files in an empty project folder, and what is collected from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from customer_segments.base.params import Params
from customer_segments.sources import collect
from customer_segments.sources.forgotten import FILE, forgotten
from customer_segments.sources.secrets import Reach


def collect_into(folder: Path, params: Params, secrets: Mapping[str, str] | None = None) -> None:
    """What the stage does in a study's folder."""
    reach = Reach(folder, secrets or {}, forgotten(folder / FILE))
    content = collect(params.source, reach, folder / "data/raw", seed=params.seed, threads=params.threads)
    (folder / "data/raw/source.json").write_text(json.dumps(content), encoding="utf-8")


@dataclass(frozen=True)
class Shop:
    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, content: bytes | str) -> str:
        """Put a file where a person would, and say where."""
        path = self.folder / "data" / "external" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return f"data/external/{name}"

    def collect(self, **source: Any) -> None:
        source = {"kind": "files", **source}
        params = Params.of(study={"name": "shop", "title": "Shop"}, seed=1, source=source)
        collect_into(self.folder, params, self.secrets)

    def customers(self, content: bytes | str, file: str = "customers.csv", **format: Any) -> pd.DataFrame:
        """What is collected from a file of customers."""
        self.collect(customers=self.put(file, content), formats={"customers": format})
        return self.table("customers")

    def transactions(self, content: bytes | str, file: str = "transactions.csv", **format: Any) -> pd.DataFrame:
        """What is collected from a file of invoice lines."""
        self.collect(transactions=self.put(file, content), formats={"transactions": format})
        return self.table("transactions")

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"data/raw/{name}.parquet").sort_values("row", ignore_index=True)

    def broken(self) -> list[tuple[Any, ...]]:
        return list(pd.read_parquet(self.folder / "data/raw/broken.parquet").itertuples(index=False, name=None))

    def source(self) -> dict[str, Any]:
        return json.loads((self.folder / "data/raw/source.json").read_text(encoding="utf-8"))

    def files(self) -> dict[str, bytes]:
        """Every file in the folder."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}
