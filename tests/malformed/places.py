"""Where files stand: folders, patterns, names, endings, and both tables at once."""

from __future__ import annotations

from tests.malformed.cases import BOTH, READ, TWO, Refused, Result, case, customers, lines


# ── where files stand ──
def place(name, files, *expected, **more):
    case(f"place: {name}", files, *expected, **more)


ANOTHER = b"customer_id,age\nc,40\n"
MIXED = b"customer_id,age,invoice_id,quantity,unit_price,ordered_at\na,20,1,1,5,2024-01-05\nb,30,2,1,5,2024-01-06\n"
place("a folder", {"all/1.csv": TWO, "all/2.csv": ANOTHER}, Result(3, cells={**READ, (3, "age"): 40.0}), place="all")
place(
    "a folder with other columns in one",
    {"all/1.csv": TWO, "all/2.csv": b"customer_id,income\nc,4\n"},
    Refused(("1.csv", "2.csv", "columns")),
    place="all",
)
place(
    "a folder with the columns in another order",
    {"all/1.csv": TWO, "all/2.csv": b"age,customer_id\n40,c\n"},
    Result(3, cells={(3, "age"): 40.0}),
    place="all",
)
place(
    "a folder with other things beside",
    {"all/1.csv": TWO, "all/.DS_Store": b"x", "all/notes.md": b"x", "all/sub/2.csv": ANOTHER},
    BOTH,
    place="all",
)
place(
    "a folder with an empty file",
    {"all/1.csv": TWO, "all/2.csv": b""},
    Refused(("2.csv", "empty")),
    place="all",
)
place(
    "a folder with a file that is broken",
    {"all/1.csv": TWO, "all/2.csv.gz": b"rubbish"},
    Refused(("2.csv.gz",)),
    place="all",
)
place(
    "a folder with broken rows in each",
    {"all/1.csv": TWO + b"x\n", "all/2.csv": ANOTHER + b"y\n"},
    Result(3, 2, cells={(4, "age"): 40.0}),
    place="all",
)
place("a folder that is empty", {"all/": b""}, Refused(), place="all")
place("a folder where a file should be", {"customers.csv/notes.md": b"x"}, Refused(), place="customers.csv")
place("a pattern", {"2024-01.csv": TWO, "2024-02.csv": ANOTHER, "2023.csv": b"rubbish"}, Result(3), place="2024-*.csv")
place("a pattern that fits nothing", {"2024-01.csv": TWO}, Refused(("*.xlsx",)), place="*.xlsx")
place("a file that is missing", {"other.csv": TWO}, Refused(("customers.csv", "params.yaml")), place="customers.csv")
place("a folder that is missing", {"other.csv": TWO}, Refused(("params.yaml",)), place="nowhere/customers.csv")
place("a kind that nobody knows", {"customers.dbf": TWO}, Refused(("customers.dbf", ".csv")))
place("a kind without a name", {"customers": TWO}, Refused(("customers",)))
place("a .dvc pointer and no file", {"customers.csv.dvc": b"outs: []"}, Refused(("dvc",)), place="customers.csv")
place("capitals in the ending", {"CUSTOMERS.CSV": TWO}, BOTH)
place("a quote in the name", {'it\'s "mine".csv': TWO}, BOTH)
place("brackets in the name", {"customers[1].csv": TWO}, BOTH)
place("a star in the name", {"customers*.csv": TWO}, BOTH)
place("blanks and signs in the name", {"Kunden Ü 50% #1.csv": TWO}, BOTH)
place("a long name", {"x" * 200 + ".csv": TWO}, BOTH)
case(
    "place: one file for both tables",
    {"all.csv": MIXED},
    Result(2),
    Refused(),
    table="transactions",
    settings={"customers": "data/external/all.csv"},
)
case(
    "place: a good table and a bad one",
    {"all.csv": MIXED, "customers.csv": b""},
    Refused(("customers.csv", "empty"), names_file=False),
    table="transactions",
    settings={"customers": "data/external/customers.csv"},
)
lines("a needed column is missing", "quantity", ["1"], Refused(("unit_price",)), Refused(("quantity",)),
      settings={"columns": {"transactions": {"unit_price": "gone"}}})  # fmt: skip
customers(
    "place: customers where transactions should be",
    TWO,
    Refused(("invoice_id",)),
    Refused(("ordered_at",)),
    Refused(("quantity",)),
    Refused(("unit_price",)),
    table="transactions",
)
