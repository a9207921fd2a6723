"""What a sample of the cells does not show: an exception far inside a large file, or rows that a sample cannot cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.malformed.cases import COLUMNS, Result, case, customers

ROWS, ODD = 120_000, 67_891  # so many rows, and the one that is not like the others


def _attribute(name: str, usual: str, odd: str) -> Callable[[], bytes]:
    """Customers with an attribute, unusual in one row."""
    rows = (f"c{row},{odd if row == ODD else usual}\n" for row in range(1, ROWS + 1))
    return lambda: f"customer_id,{name}\n{''.join(rows)}".encode()


customers("large: an attribute that is a number but once", _attribute("points", "5", "many"),
          Result(ROWS, cells={(1, "points"): "5", (ODD, "points"): "many"}),
          Result(ROWS, cells={(1, "points"): 5.0}, unreadable={ODD: "points"}))  # fmt: skip
customers(
    "large: a zero in front but once", _attribute("zip", "81234", "01234"), Result(ROWS, cells={(ODD, "zip"): "01234"})
)
customers("large: an age in words but once", _attribute("age", "50", "fifty"), Result(ROWS, unreadable={ODD: "age"}))
customers("large: an id of floats, but once", _attribute("customer_id_2", "17850.0", "A1"), Result(ROWS))
customers(
    "large: a flag that is none but once",
    _attribute("active", "yes", "perhaps"),
    Result(ROWS, unreadable={ODD: "active"}),
)
customers(
    "large: a day first but once",
    _attribute("signed_up_on", "05/01/2024", "25/01/2024"),
    Result(ROWS, cells={(1, "signed_up_on"): datetime(2024, 1, 5), (ODD, "signed_up_on"): datetime(2024, 1, 25)}),
)
customers(
    "large: a month first but once",
    _attribute("signed_up_on", "01/05/2024", "01/25/2024"),
    Result(ROWS, cells={(1, "signed_up_on"): datetime(2024, 1, 5), (ODD, "signed_up_on"): datetime(2024, 1, 25)}),
)
customers("large: another way of writing days but once", _attribute("signed_up_on", "2024-01-05", "25 Dec 2024"),
          Result(ROWS, cells={(ODD, "signed_up_on"): datetime(2024, 12, 25)}),
          Result(ROWS, unreadable={ODD: "signed_up_on"}))  # fmt: skip
customers("large: a line end in a cell but once", _attribute("location", "Bern", '"Bern\nold town"'),
          Result(ROWS, cells={(ODD, "location"): "Bern\nold town", (ODD + 1, "location"): "Bern"}))  # fmt: skip
customers("large: a stray quote but once", _attribute("location", "Bern", '5" pipe'),
          Result(ROWS, cells={(ODD, "location"): '5" pipe', (ODD + 1, "location"): "Bern"}))  # fmt: skip
customers("large: cp1252 but once", lambda: _attribute("location", "Bern", "Zürich")().decode().encode("cp1252"),
          Result(ROWS, cells={(ODD, "location"): "Zürich"}))  # fmt: skip


def _orders(product: str) -> bytes:
    """Three orders with the day first and decimal commas."""
    rows = (f'A{row};"{product}";2;9,50;25/12/2024 10:00;c{row}\n' for row in (1, 2, 3))
    return f"{';'.join(COLUMNS)}\n{''.join(rows)}".encode()


for name, product in {
    "a line end": "cup\nwith saucer", "a Windows line end": "cup\r\nwith saucer", "a form feed": "cup\x0cwith saucer",
    "the line separator of Unicode": "cup\u2028with saucer", "an old next-line sign": "cup\u0085with saucer",
    "20,000 letters": "x" * 20_000, "twenty line ends": "cup\n" * 20 + "end",
}.items():  # fmt: skip
    case(
        f"in every row: {name}",
        {"transactions.csv": _orders(product)},
        Result(
            3, cells={(2, "product"): product, (3, "unit_price"): 9.5, (3, "ordered_at"): datetime(2024, 12, 25, 10)}
        ),
        table="transactions",
    )

# ── a header of several lines, whatever stands around it ──
HEADER = '"customer_id","age\nin years"\n'
for name, above, below in (
    ("and good rows", "", ""), ("below blank lines", "\n\n", ""), ("above a broken row", "", "x\n"),
    ("above a blank line", "", "\n"), ("below its delimiter", "sep=,\n", ""),
):  # fmt: skip
    customers(f"a header of two lines {name}", f"{above}{HEADER}a,20\nb,30\n{below}",
              Result(2, int(below == "x\n"), cells={(1, "customer_id"): "a", (2, "customer_id"): "b"}))  # fmt: skip
