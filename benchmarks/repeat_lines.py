"""Write UCI Online Retail so many times into one CSV file, each time with new invoices and customers."""

from __future__ import annotations

import csv
import gzip
import os
import sys
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def main(count: int, file: Path) -> None:
    folder = Path(os.environ.get("CUSTOMER_SEGMENTS_DATA", PROJECT.parent / "shared" / "data"))
    with gzip.open(folder / "online_retail.csv.gz", "rt", encoding="latin-1", newline="") as source:
        header, *rows = csv.reader(source)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header)
        for copy in range(count):
            writer.writerows(_renamed(rows, copy))


def _renamed(rows: Iterable[list[str]], copy: int) -> Iterable[list[str]]:
    """The rows with new invoices and customers; the first copy keeps its own."""
    for invoice, stock, description, quantity, time, price, customer, country in rows:
        new_customer = str(int(customer) + 100_000 * copy) if customer else ""
        new_invoice = f"{invoice}x{copy}" if copy else invoice
        yield [new_invoice, stock, description, quantity, time, price, new_customer, country]


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
