"""Customers who asked to be forgotten: known by salted fingerprints only, and left out of whatever is collected."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.run import workspace
from customer_segments.sources.files import FORGOTTEN
from customer_segments.sources.part import BrokenRow, quoted

if TYPE_CHECKING:
    import pandas as pd
    from ibis.backends.duckdb import Backend

    from customer_segments.sources.tables import Collected

FILE = f"data/external/{FORGOTTEN}"
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


def forgotten() -> Forgotten:
    """Who has been forgotten so far."""
    if not workspace.has(FILE):
        return Forgotten()
    try:
        content = json.loads((workspace.root() / FILE).read_text(encoding="utf-8"))
        return Forgotten(content["salt"], tuple(content["prints"]))
    except (ValueError, KeyError, TypeError):
        raise StudyError(
            f"{FILE} cannot be read, so nobody knows who is to be left out: restore it before anything is collected."
        ) from None


def remember(customers: Iterable[str]) -> None:
    """Add customers to those who are left out from now on; who they are cannot be read from the file."""
    known = forgotten()
    known = known if known.salt else Forgotten(secrets.token_hex(16))
    prints = sorted({*known.prints, *map(known.print_of, customers)})
    workspace.write_json({"about": ABOUT, "salt": known.salt, "prints": prints}, FILE)


def left_out(connection: Backend, collected: Collected, target: Path, known: Forgotten) -> Collected:
    """The collected table without the forgotten; their rows are accounted for, and hold nothing of them."""
    if not known.prints:
        return collected
    prints = ", ".join(quoted(each, "'") for each in known.prints)
    theirs = f"coalesce(sha256({quoted(known.salt, chr(39))} || customer_id) IN ({prints}), false)"
    table = f"read_parquet({quoted(str(target), chr(39))})"
    rows = connection.raw_sql(f"SELECT {ROW} FROM {table} WHERE {theirs} ORDER BY {ROW}").fetchall()
    broken = [_emptied(row) if any(map(known.knows, WORD.findall(row.content))) else row for row in collected.broken]
    if rows:
        others = target.with_suffix(".others")
        where = quoted(str(others), "'")
        connection.raw_sql(
            f"COPY (SELECT * FROM {table} WHERE NOT {theirs}) TO {where} (FORMAT parquet, COMPRESSION zstd)"
        )
        others.replace(target)
        broken += [BrokenRow(row, REASON, "") for (row,) in rows]
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
