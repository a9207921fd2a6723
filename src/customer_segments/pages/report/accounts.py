"""How the rows were accounted for: of those received, how many are used, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from customer_segments.base import words


@dataclass(frozen=True)
class Step:
    """What one rule did, for a reader."""

    rule: str
    why: str
    rows: str
    amount: str


@dataclass(frozen=True)
class Account:
    """One table's rows: received = used + taken out, or else the page says so."""

    table: str
    received: str
    used: str
    taken_out: tuple[Step, ...]
    repaired: tuple[Step, ...]
    balance: str
    has_amounts: bool


def accounts(ledger: pd.DataFrame, currency: str) -> list[Account]:
    """One account per table of the ledger; rules that met no row are left out."""
    return [_account(name, steps, currency) for name, steps in ledger.groupby("table", sort=False)]


def _account(name: str, steps: pd.DataFrame, currency: str) -> Account:
    received, used = int(steps["rows_before"].iloc[0]), int(steps["rows_after"].iloc[-1])
    return Account(
        table=str(name).capitalize(),
        received=f"{received:,}",
        used=f"{used:,}",
        taken_out=_steps(steps, "rows_rejected", currency),
        repaired=_steps(steps, "rows_repaired", currency),
        balance=_balance(received, used, int(steps["rows_rejected"].sum())),
        has_amounts=bool(steps["amount_rejected"].notna().any()),
    )


def _steps(steps: pd.DataFrame, column: str, currency: str) -> tuple[Step, ...]:
    return tuple(
        Step(row["rule"], row["why"], f"{row[column]:,}", words.money(row["amount_rejected"], currency))
        for row in steps[steps[column] > 0].to_dict("records")
    )


def _balance(received: int, used: int, taken_out: int) -> str:
    """Whether the rows add up, computed and not promised."""
    missing = received - used - taken_out
    if missing:
        return f"{words.counted(abs(missing), 'row')} {'is' if abs(missing) == 1 else 'are'} not accounted for"
    return f"{received:,} received = {used:,} used + {taken_out:,} taken out"
