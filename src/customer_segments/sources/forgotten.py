"""Customers who asked to be forgotten: known by salted fingerprints only, and left out of whatever is collected."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.sources.part import BrokenRow, literal, parquet, saved

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from customer_segments.sources.tables import Collected

NAME = "forgotten.json"
FILE = f"data/external/{NAME}"
ABOUT = "Salted fingerprints of customers who asked to be forgotten; `collect` leaves them out of every table."
REASON = "was forgotten at the customer's request"
WORD = re.compile(r"[^\s,;|\"'{}\[\]:]+")


@dataclass(frozen=True)
class Forgotten:
    """Who is left out."""

    salt: str = ""
    prints: tuple[str, ...] = ()

    def knows(self, customer: str) -> bool:
        return bool(self.prints) and self.print_of(customer) in self.prints

    def print_of(self, customer: str) -> str:
        return hashlib.sha256(f"{self.salt}{customer}".encode()).hexdigest()

    def remembering(self, customers: Iterable[str]) -> dict[str, Any]:
        """The file's content with more customers; who they are cannot be read from it."""
        known = self if self.salt else Forgotten(secrets.token_hex(16))
        prints = sorted({*known.prints, *map(known.print_of, customers)})
        return {"about": ABOUT, "salt": known.salt, "prints": prints}


def forgotten(path: Path) -> Forgotten:
    """Who has been forgotten so far; nobody where there is no such file."""
    if not path.exists():
        return Forgotten()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Forgotten(content["salt"], tuple(content["prints"]))
    except (ValueError, KeyError, TypeError):
        raise StudyError(
            f"{path.name} cannot be read, so nobody knows who is to be left out: restore it before anything is "
            "collected."
        ) from None


def left_out(connection: duckdb.DuckDBPyConnection, collected: Collected, target: Path, known: Forgotten) -> Collected:
    """The collected table without the forgotten; their rows are accounted for, and hold nothing of them."""
    if not known.prints:
        return collected
    prints = ", ".join(map(literal, known.prints))
    theirs = f"coalesce(sha256({literal(known.salt)} || customer_id) IN ({prints}), false)"
    rows = connection.execute(f"SELECT {ROW} FROM {parquet(target)} WHERE {theirs} ORDER BY {ROW}").fetchall()
    broken = [_emptied(row) if any(map(known.knows, WORD.findall(row.content))) else row for row in collected.broken]
    if rows:
        others = target.with_suffix(".others")
        connection.execute(saved(f"SELECT * FROM {parquet(target)} WHERE NOT {theirs}", others))
        others.replace(target)
        broken += [BrokenRow(REASON, "", row) for (row,) in rows]
    account = collected.account | {"broken": len(broken)}
    return replace(collected, account=account, broken=tuple(sorted(broken, key=lambda row: row.row)))


def without(table: pd.DataFrame, column: str, known: Forgotten) -> pd.DataFrame:
    """The table without the rows of the forgotten."""
    if not known.prints:
        return table
    customers = {customer: known.knows(customer.strip()) for customer in table[column].dropna().unique()}
    return table[~table[column].map(customers).fillna(False).astype(bool)]


def _emptied(row: BrokenRow) -> BrokenRow:
    return replace(row, reason=REASON, content="")
