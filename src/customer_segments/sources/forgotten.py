"""Customers who asked to be forgotten: known by fingerprints only, and left out of whatever is collected."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.base.ids import key
from customer_segments.sources.part import BrokenRow, literal, parquet, saved

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from customer_segments.sources.tables import Collected

NAME = "forgotten.json"
FILE = f"data/external/{NAME}"
ABOUT = "Fingerprints of customers who asked to be forgotten; `collect` leaves them out of every table."
REASON = "was forgotten at the customer's request"
WORD = re.compile(r"[^\s,;|~\"'{}\[\]:]+")
JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
DELIMITERS = ",;\t|~"
MOST_JOINED = 3  # pieces of an id that holds the delimiter and was not quoted
# A guess costs some 50 ms and 16 MB. Of strangers, one in 65,536 and fewer the longer the list is so tested: else
# collecting a million customers would take half a day.
COST = {"n": 1 << 14, "r": 8, "p": 1}
FIRST_BITS = 16
BATCH = 100_000
LOOSE = "surrogatepass"  # halves of signs, as a terminal or JSON may send them, are letters of an id like others


def named_in(content: str) -> Iterator[str]:
    """All that may be an id in a row that could not be split into cells."""
    yield from WORD.findall(content)
    yield from (json.loads(text, strict=False) for text in JSON_TEXT.findall(content) if _is_json(text))
    for sign in DELIMITERS:
        for pieces in (content.split(sign), _cells(content, sign)):
            for count in range(1, MOST_JOINED + 1):
                yield from (sign.join(pieces[start : start + count]) for start in range(len(pieces) - count + 1))


def _cells(content: str, sign: str) -> list[str]:
    try:
        return [cell for row in csv.reader([content], delimiter=sign) for cell in row]
    except csv.Error:
        return []


def _is_json(text: str) -> bool:
    try:
        json.loads(text, strict=False)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Forgotten:
    """Who is left out: a quick look at a few bits lets nearly all others pass, a costly fingerprint decides."""

    salt: str = ""
    bits: tuple[str, ...] = ()  # the first of each quick fingerprint: more, the longer the list
    prints: tuple[str, ...] = ()
    quick_salt: str = ""  # of lists made by earlier versions, whose fingerprints cost nothing
    quick_prints: tuple[str, ...] = ()

    @property
    def anyone(self) -> bool:
        return bool(self.prints or self.quick_prints)

    def knows(self, customer: str) -> bool:
        name = key(customer)
        if self.quick_prints and not {self._early(name), self._early(customer.strip())}.isdisjoint(self.quick_prints):
            return True
        if not self.prints:
            return False
        first = _bits(self.salt, name)
        return any(first[:length] in kept for length, kept in self._by_length) and _slow(self.salt, name) in self.prints

    def remembering(self, customers: Iterable[str]) -> dict[str, Any]:
        """The file's content with more customers; who they are can only be guessed."""
        salt, bits, prints = self.salt or secrets.token_hex(16), list(self.bits), list(self.prints)
        for name in sorted({key(customer) for customer in customers}):
            if (slow := _slow(salt, name)) not in prints:
                prints.append(slow)
                bits.append(_bits(salt, name)[: FIRST_BITS - 1 + len(prints).bit_length()])
        kept = {"salt": salt, "scrypt": COST, "bits": sorted(bits), "prints": sorted(prints)}
        early = {"salt": self.quick_salt, "prints": list(self.quick_prints)}
        return {"about": ABOUT, "slow": kept} | ({"quick": early} if self.quick_prints else {})

    def _early(self, customer: str) -> str:
        return hashlib.sha256(f"{self.quick_salt}{customer}".encode(errors=LOOSE)).hexdigest()

    @cached_property
    def _by_length(self) -> list[tuple[int, set[str]]]:
        lengths = sorted({len(bits) for bits in self.bits})
        return [(length, {bits for bits in self.bits if len(bits) == length}) for length in lengths]


def _bits(salt: str, name: str) -> str:
    return f"{int.from_bytes(hashlib.sha256(f'{salt}{name}'.encode(errors=LOOSE)).digest()[:8]):064b}"


@lru_cache(maxsize=1 << 12)
def _slow(salt: str, name: str) -> str:
    return hashlib.scrypt(name.encode(errors=LOOSE), salt=salt.encode(), **COST).hex()


def forgotten(path: Path) -> Forgotten:
    """Who has been forgotten so far; nobody where there is no such file."""
    if not path.exists():
        return Forgotten()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        slow = content.get("slow")
        quick = content.get("quick", {"salt": "", "prints": []} if slow else content)
        early = quick["salt"], tuple(quick["prints"])
        if slow is None:
            return Forgotten("", (), (), *early)
        if slow["scrypt"] != COST:
            raise ValueError
        return Forgotten(slow["salt"], tuple(slow["bits"]), tuple(slow["prints"]), *early)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StudyError(
            f"{path.name} cannot be read, so nobody knows who is to be left out: restore it before anything is "
            "collected."
        ) from None


def left_out(connection: duckdb.DuckDBPyConnection, collected: Collected, target: Path, known: Forgotten) -> Collected:
    """The collected table without the forgotten; their rows are accounted for, and hold nothing of them."""
    if not known.anyone:
        return collected
    ids = connection.execute(f"SELECT DISTINCT customer_id FROM {parquet(target)} WHERE customer_id IS NOT NULL")
    gone = [who for batch in iter(lambda: ids.fetchmany(BATCH), []) for (who,) in batch if known.knows(who)]
    theirs = f"coalesce(customer_id IN ({', '.join(map(literal, gone)) or 'NULL'}), false)"
    rows = connection.execute(f"SELECT {ROW} FROM {parquet(target)} WHERE {theirs} ORDER BY {ROW}").fetchall()
    broken = _without_names(collected.broken, known)
    beside = {name: tuple(_without_names(found, known)) for name, found in collected.broken_beside.items()}
    if rows:
        others = target.with_suffix(".others")
        connection.execute(saved(f"SELECT * FROM {parquet(target)} WHERE NOT {theirs}", others))
        others.replace(target)
        broken += [BrokenRow(REASON, "", row) for (row,) in rows]
    account = collected.account | {"broken": len(broken)}
    ordered = tuple(sorted(broken, key=lambda row: row.row))
    return replace(collected, account=account, broken=ordered, broken_beside=beside)


def without(table: pd.DataFrame, column: str, known: Forgotten) -> pd.DataFrame:
    """The table without the rows of the forgotten."""
    if not known.anyone:
        return table
    customers = {customer: known.knows(customer) for customer in table[column].dropna().unique()}
    return table[~table[column].map(customers).fillna(False).astype(bool)]


def _without_names(broken: Sequence[BrokenRow], known: Forgotten) -> list[BrokenRow]:
    """The broken rows, those that name one of the forgotten without what they hold."""
    return [_emptied(row) if any(map(known.knows, named_in(row.content))) else row for row in broken]


def _emptied(row: BrokenRow) -> BrokenRow:
    return replace(row, reason=REASON, content="")
