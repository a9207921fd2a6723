"""Odd names of files and project folders that could be taken for patterns, each beside a decoy that such a one fits."""

from __future__ import annotations

import os
from decimal import Decimal
from functools import partial
from pathlib import Path

import pandas as pd
import studies
from collected import account, expect_every_row_once, raw
from trial import Case, Limits, Trial

WHAT = "odd names of files and project folders beside decoys: exact rows and sums"
# Each name and what stands beside it: a pattern, a set, a variable or an escape would also, or only, mean the decoy.
NAMES = {
    "brackets": ("lines[1]", "lines1"),
    "negated set": ("[!a-c]lines", "zlines"),
    "star": ("lines*", "lines_more"),
    "two stars": ("**", "lines"),
    "question mark": ("lines?", "linesX"),
    "braces": ("{lines,orders}", "lines"),
    "quotes": ('it\'s "so" `here`', "its so here"),
    "line end": ("lines\nof May", "lines"),
    "key and value": ("customer_id=42", "customer_id=43"),
    "emoji": ("🛒 lines 👩‍👩‍👧", "lines"),
    "backslash and variable": ("li\\nes $HOME ~ %20", "li\nes"),
    "blanks and signs": (" -lines;#& ", "lines"),
}
ENDINGS = ("csv", "parquet", "jsonl", "csv.gz")
COLUMNS = {"invoice_id": str, "customer_id": str, "ordered_at": str, "quantity": int, "unit_price": str}
WARM = {"SEGMENTS_WARM": os.environ.get("SEGMENTS_WARM")}  # where tests have a warm process; bounds are for files
NO_LIMIT_OF_SPACE = Limits(address_space=None, cpu_seconds=120, wall_seconds=300)


def cases(seed: int, number: int) -> list[Case]:
    files = [Case(f"file: {what}", partial(_as_file, *names, seed)) for what, names in NAMES.items()]
    return files + [Case(f"folder: {what}", partial(_as_folder, *names, seed)) for what, names in NAMES.items()]


def lines(seed: int, customers: int = 40) -> pd.DataFrame:
    """Invoice lines whose every row is used, and whose sums differ from seed to seed."""
    rows = [
        {
            "invoice_id": f"I{customer:03}-{order}",
            "customer_id": f"c{customer:03}",
            "ordered_at": f"2024-{1 + (customer + order * seed) % 12:02}-{1 + customer % 28:02} 10:00:00",
            "quantity": 1 + (customer * order + seed) % 7,
            "unit_price": f"{1 + (customer * 37 + order * 11 + seed * 101) % 900}.{customer % 100:02}",
        }
        for customer in range(customers)
        for order in range(1, 4 + customer % 3)
    ]
    return pd.DataFrame(rows).astype(COLUMNS)


def total(table: pd.DataFrame) -> Decimal:
    """The money of all lines, to the cent."""
    pairs = zip(table["quantity"], table["unit_price"], strict=True)
    return sum((Decimal(str(round(float(quantity), 2))) * Decimal(f"{float(price):.2f}") for quantity, price in pairs))


def write(table: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name.endswith(".parquet"):
        table.to_parquet(path, index=False)
    elif path.name.endswith(".jsonl"):
        table.to_json(path, orient="records", lines=True)
    else:
        table.to_csv(path, index=False)


def _as_file(name: str, decoy: str, seed: int, trial: Trial) -> None:
    """The file in every format, and once as a folder that holds it."""
    wanted, other = lines(seed), lines(seed + 1, customers=25)
    for ending in ENDINGS:
        for place, beside in (
            (f"{name}.{ending}", f"{decoy}.{ending}"),
            (f"{name}/part-0.{ending}", f"{decoy}/part-0.{ending}"),
        ):
            study = trial.folder / ending / place.replace("/", "_")[-9:] / "study"
            write(wanted, study / "data" / "external" / place)
            write(other, study / "data" / "external" / beside)
            studies.bare(study, {"transactions": f"data/external/{place}"})
            ran = trial.stage("collect", study)
            if trial.expect(ran.code == 0, f"{place!r}: {ran.output.strip()[-300:]}"):
                _expect_the_same(trial, wanted, study, place)


def _expect_the_same(trial: Trial, wanted: pd.DataFrame, study: Path, place: str) -> None:
    found = raw(study, "transactions")
    expect_every_row_once(trial, study)
    trial.expect(len(found) == len(wanted), f"{place!r}: {len(found)} rows instead of {len(wanted)}")
    trial.expect(total(found) == total(wanted), f"{place!r}: sum {total(found)} instead of {total(wanted)}")
    same = found["customer_id"].tolist() == wanted["customer_id"].tolist()
    trial.expect(same, f"{place!r}: other customers, such as {found['customer_id'].iloc[0]!r}")
    trial.expect(account(study)["tables"]["transactions"]["rows"] == len(wanted), f"{place!r}: told otherwise")


def _as_folder(name: str, decoy: str, seed: int, trial: Trial) -> None:
    """A study in a folder of that name: collected, prepared and looked at, as chapters 1 and 2 do."""
    wanted, other = lines(seed), lines(seed + 1, customers=25)
    laid = studies.laid("small")
    for folder, table in ((decoy, other), (name, wanted)):
        study = studies.copied(laid, trial.folder / folder)
        write(table, study / "data" / "external" / "lines.parquet")
        studies.bare(study, {"transactions": "data/external/lines.parquet"})
        for stage in ("collect", "eda", "preprocessing"):
            ran = trial.stage(stage, study, NO_LIMIT_OF_SPACE, **WARM)
            if not trial.expect(ran.code == 0, f"{folder!r}, {stage}: {ran.output.strip()[-300:]}"):
                return
        _expect_the_same(trial, table, study, folder)
        used = pd.read_parquet(study / "data" / "interim" / "lines.parquet")
        trial.expect(len(used) == len(table), f"{folder!r}: {len(used)} lines used of {len(table)}")
        customers = pd.read_parquet(study / "data" / "processed" / "customers.parquet")
        revenue = sum(Decimal(f"{float(each):.2f}") for each in customers["net_revenue"])
        trial.expect(revenue == total(table), f"{folder!r}: net revenue {revenue} instead of {total(table)}")
    ran = trial.segments("check", "data/external/lines.parquet", folder=study)
    trial.expect(f"{len(wanted)} rows of transactions" in ran.output, f"check: {ran.output[:300]}")
