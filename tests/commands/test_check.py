"""What `segments check` says about files, before anything is run."""

import contextlib
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from customer_segments.__main__ import main
from customer_segments.base.params import FilesSource, PreprocessingParams
from customer_segments.commands import taken as files_taken
from customer_segments.commands.check import check
from customer_segments.sources import collect
from customer_segments.sources.part import parquet
from customer_segments.sources.secrets import Reach
from tests.malformed.packed import workbook
from tests.support import PROJECT

LINES = """Rechnungsnr;Kundennummer;Artikel;Menge;Einzelpreis;Rechnungsdatum;Filiale
A1;17;Tee;2;9,50;31.12.2024 10:00;Nord
A1;17;Tasse;x;1,25;31.12.2024 10:00;Nord
A2;;Tee;1;1,25;01.01.2025 11:00;Süd
A3;18;Tee;1;1,25
A4;18;=cmd();1;7,00;02.01.2025 12:00;Süd
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that is no project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUSTOMER_SEGMENTS_ROOT", raising=False)
    return tmp_path


def checked(capsys, *arguments: str, questions: int = 0) -> str:
    assert main(["check", *arguments]) == (3 if questions else 0)
    said = capsys.readouterr()
    assert said.err.startswith(f"{questions} question" if questions else "")
    return said.out


def test_it_says_what_was_taken_for_what_and_how_surely(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="cp1252")
    said = checked(capsys, "rechnungen.csv", questions=1)
    assert "rechnungen.csv: 5 rows of transactions" in said
    assert "cp1252, semicolon between cells, day first, decimal comma" in said
    columns = {line.split()[0]: line.split()[1] for line in said.splitlines() if ": a usual name" in line}
    assert columns == {
        "invoice_id": "Rechnungsnr", "customer_id": "Kundennummer", "product": "Artikel", "quantity": "Menge",
        "unit_price": "Einzelpreis", "ordered_at": "Rechnungsdatum",
    }  # fmt: skip
    assert "kept as attributes: Filiale" in said


def test_it_names_the_rows_that_are_a_problem_and_what_will_be_dropped(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="utf-8")
    said = checked(capsys, "rechnungen.csv", questions=1)
    assert "quantity: 1 cell cannot be read as a number (row 2: 'x')" in said
    assert "1 row cannot be split into cells (row 4: it has 5 cells, and the header has 7)" in said
    assert "transactions: 2 of 5 rows can be used (40%)" in said
    for rule in ("broken row", "unreadable value", "no customer"):
        assert f"           1 dropped   {rule}." in said


def test_what_it_gives_to_paste_is_a_source_that_can_be_used(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="utf-8")
    pasted = checked(capsys, "rechnungen.csv", questions=1).split("be\n\n", 1)[1]
    source = FilesSource.of(**YAML(typ="safe").load(pasted)["source"])
    assert (here / source.transactions).exists()
    assert source.columns.transactions["unit_price"] == "Einzelpreis"
    assert "filiale" not in source.columns.transactions


def test_files_of_both_tables_are_told_apart_and_those_of_one_belong_together(here, capsys):
    pd.DataFrame({"client no": ["1", "2"], "Age": [20, 30]}).to_csv("people.csv", index=False)
    (here / "lines").mkdir()
    for month in (1, 2):
        text = f"order id,customer,qty,price,date\n{month},1,2,3.0,2024-0{month}-05\n"
        (here / "lines" / f"{month}.csv").write_text(text)
    said = checked(capsys, "people.csv", "lines/1.csv", "lines/2.csv")
    assert "people.csv: 2 rows of customers" in said
    assert "1.csv (and 1 more): 2 rows of transactions" in said
    assert "transactions: lines/*" in said
    assert "2,000" not in said


def test_a_study_is_checked_from_elsewhere_by_its_own_settings(tmp_path):
    (tmp_path / "study" / "data").mkdir(parents=True)
    (tmp_path / "study" / "data" / "lines.csv").write_text(LINES, encoding="utf-8")
    settings = PreprocessingParams.of(cleaning={"last_day": "2024-12-31"})
    said = check(["study/data/lines.csv"], base=tmp_path, root=tmp_path / "study", settings=settings)
    assert "transactions: data/lines.csv" in said
    assert "What cleaning will do (with the settings of params.yaml)" in said
    assert "dropped   after the window." in said
    assert "(with the default settings)" in check([tmp_path / "study/data/lines.csv"])


def test_the_table_can_be_named(here, capsys):
    pd.DataFrame({"customer_id": ["1"], "total": [3]}).to_csv("list.csv", index=False)
    assert "1 row of customers" in checked(capsys, "list.csv", "--table", "customers")
    assert main(["check", "list.csv", "--table", "transactions"]) == 1
    assert "list.csv has no column that could be" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("picture.png", b"\x89PNG", "of a kind that cannot be read"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_code_one(here, capsys, name, content, said):
    (here / name).write_bytes(content)
    assert main(["check", name]) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_control_signs_from_data_do_not_reach_the_terminal(here, capsys):
    (here / "list.csv").write_text("customer_id,age,\x1b[31mred\n1,\x1b[2J,a\n2,30,b\n3,31,c\n", encoding="utf-8")
    assert "\x1b" not in checked(capsys, "list.csv")


def test_days_that_nothing_tells_from_months_are_said_and_can_be_set(here, capsys):
    rows = "".join(f"{n},c{n},1,2.5,0{n}/0{n + 1}/2024\n" for n in range(1, 6))
    (here / "lines.csv").write_text(f"order id,customer,qty,price,date\n{rows}")
    said = checked(capsys, "lines.csv")
    assert "ordered_at: nothing tells whether the day or the month comes first" in said
    assert "day_first: true" in said


def test_it_changes_nothing(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="utf-8")
    checked(capsys, "rechnungen.csv", questions=1)
    assert [path.name for path in here.iterdir()] == ["rechnungen.csv"]


@pytest.mark.parametrize("rare", ["{:,.2f}", "{}"])
def test_amounts_of_both_decimal_signs_in_one_column_are_read_each_by_its_own_and_said(here, capsys, rare):
    usual = [f"{1_000 + 37.25 * n:,.2f}".translate({44: ".", 46: ","}) for n in range(9)]
    others = [rare.format(23_751.5), rare.format(41_000.25)]
    rows = [f"A{n};c{n % 4};2024-01-{n + 1:02d};{cell}" for n, cell in enumerate([*usual, *others])]
    (here / "lines.csv").write_text("\n".join(["invoice;customer;date;amount", *rows]))
    said = checked(capsys, "lines.csv")
    assert "transactions: 11 of 11 rows can be used" in said
    assert f"amount: both {others[0]!r} and '1.000,00' stand in it; each is read by its own decimal sign" in said
    wanted = files_taken.named([here / "lines.csv"], None, (), {})
    with files_taken.read_as_tables(wanted, here, here) as (connection, (taken,)):
        query = f"SELECT amount FROM {parquet(taken.parquet)} ORDER BY row DESC LIMIT 2"
        assert connection.raw_sql(query).fetchall() == [(41_000.25,), (23_751.5,)]


def test_offsets_from_utc_are_told_and_several_of_one_column_are_a_problem(tmp_path):
    rows = "".join(f"A{n},2,9,2024-01-05T10:00:00+0{n}:00,c\n" for n in (1, 2))
    (tmp_path / "lines.csv").write_text(f"invoice_id,quantity,unit_price,ordered_at,customer_id\n{rows}")
    said = check(["lines.csv"], base=tmp_path)
    assert "ordered_at with offsets from UTC (+01:00 and +02:00), which are left out: the clock as written" in said
    assert "ordered_at: clocks of several offsets from UTC (+01:00 and +02:00) stand side by side" in said


def test_for_programs_it_says_the_same_as_json(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="utf-8")
    told = json.loads(checked(capsys, "rechnungen.csv", "--json", questions=1))
    lines = told["tables"]["transactions"]
    assert (lines["rows"], lines["usable"], sum(rule["dropped"] for rule in lines["rules"])) == (5, 2, 3)
    assert lines["columns"]["customer_id"] == "Kundennummer"
    roles = {role["role"]: role for role in lines["roles"]}
    assert (roles["product"]["column"], roles["product"]["examples"]) == ("Artikel", ["Tee", "Tasse", "Tee"])
    assert (roles["category"]["column"], lines["others"]) == (None, ["Filiale"])
    assert [each for each in told["problems"] if "row 2: 'x'" in each]
    assert FilesSource.of(**told["source"]).transactions == "rechnungen.csv"


def test_a_column_can_be_named_or_said_to_be_none(here, capsys):
    (here / "list.csv").write_text("customer_id,age,years,gender\n1,20,30,f\n2,21,31,m\n")
    told = json.loads(checked(capsys, "list.csv", "--json", "--column", "age=years", "--column", "gender="))
    assert told["source"]["columns"]["customers"] == {"customer_id": "customer_id", "age": "years", "gender": None}
    source = FilesSource.of(**told["source"])
    again = checked(capsys, "list.csv", "--column", "age=years", "--column", "gender=")
    assert YAML(typ="safe").load(again.split("be\n\n", 1)[1])["source"] == told["source"]
    assert source.columns.customers["gender"] is None


def test_a_column_that_is_not_there_is_refused(here, capsys):
    (here / "list.csv").write_text("id,age\n1,20\n2,21\n")
    for named, said in (("age=Agee", "There is no column 'Agee'"), ("age", "names no column")):
        assert main(["check", "list.csv", "--json", "--column", named]) == 1
        assert said in capsys.readouterr().err


def people(**columns) -> pd.DataFrame:
    return pd.DataFrame({"Age": [20 + n % 50 for n in range(60)]} | columns)


def test_no_amount_rating_or_date_is_an_id(here, capsys):
    worth, ratings = [f"{n * 7.37:.2f}" for n in range(60)], [1 + n % 5 for n in range(60)]
    days = pd.date_range("2024-01-01", periods=60).astype(str)
    people(
        customer_value=worth, **{"User ID rating": ratings, "customer no": ratings, "client": days}, key=range(60)
    ).to_csv("people.csv", index=False)
    told = json.loads(checked(capsys, "people.csv", "--json"))
    assert told["tables"]["customers"]["columns"]["customer_id"] == "key"


def test_who_buys_when_for_how_much_is_enough_for_lines(here, capsys):
    lines = {"member": [n % 13 for n in range(80)], "day": pd.date_range("2024-01-01", periods=80), "spent": range(80)}
    pd.DataFrame(lines).to_csv("lines.csv", index=False)
    told = json.loads(checked(capsys, "lines.csv", "--json"))["tables"]
    taken = {"customer_id": "member", "ordered_at": "day", "amount": "spent"}
    assert told["transactions"]["columns"] == taken


def test_two_columns_that_could_be_the_customer_are_a_question_until_one_is_named(here, capsys):
    people(**{"Client No": range(60), "Account No": [max(n, 102) for n in range(100, 160)]}).to_csv(
        "people.csv", index=False
    )
    said = checked(capsys, "people.csv", questions=1)
    assert "`customer_id` may be 'Client No', which it is taken for, or 'Account No': say which with `--column" in said
    told = json.loads(checked(capsys, "people.csv", "--json", questions=1))
    assert [f"{each['told']}: {each['option']}." for each in told["questions"]] == told["problems"]
    assert "could" not in checked(capsys, "people.csv", "--column", "customer_id=Account No")


def test_a_list_without_ids_has_its_rows_numbered_and_says_so(here, capsys):
    people(Income=range(1000, 1060)).to_csv("people.csv", index=False)
    said = checked(capsys, "people.csv", questions=1)
    assert "no column could be `customer_id`, so that one row is taken for one customer of a list" in said
    assert "customers: 60 of 60 rows can be used (100%)" in said
    assert YAML(typ="safe").load(said.split("be\n\n", 1)[1])["source"]["columns"]["customers"]["customer_id"] is None
    checked(capsys, "people.csv", "--column", "customer_id=")


def test_lines_without_money_can_be_used_and_a_column_that_could_be_it_is_a_question(here, capsys):
    visits = pd.DataFrame(
        {"Member No": [f"M{n % 9:03}" for n in range(60)], "visited at": pd.date_range("2024-01-01", periods=60)}
    )
    visits.to_csv("visits.csv", index=False)
    note = "no column of money: the study will tell how often and how lately, not how much"
    assert note in checked(capsys, "visits.csv")
    assert json.loads(checked(capsys, "visits.csv", "--json"))["tables"]["transactions"]["notes"] == [note]
    visits.assign(Verzehr=[f"{n % 7}.50" for n in range(60)]).to_csv("bar.csv", index=False)
    said = checked(capsys, "bar.csv", questions=1)
    assert (
        "bar.csv: no column was taken for money, and 'Verzehr' could be it: say which with `--column amount=NAME`"
        in said
    )
    assert note not in said
    assert YAML(typ="safe").load(said.split("be\n\n", 1)[1])["source"]["columns"]["transactions"]["amount"] is None
    assert note in checked(capsys, "bar.csv", "--column", "amount=")
    assert note not in checked(capsys, "bar.csv", "--column", "amount=Verzehr")


def test_few_rows_that_can_be_used_are_a_question(here, capsys):
    customers, days = [""] * 31 + [f"{100 + n % 9}" for n in range(29)], pd.date_range("2024-01-01", periods=60)
    lines = {"customer": customers, "order": range(60), "date": days, "price": [2.5] * 60}
    pd.DataFrame(lines).to_csv("lines.csv", index=False)
    assert "Only 29 of 60 rows of transactions can be used" in checked(capsys, "lines.csv", questions=1)


def test_sheet_delimiter_and_id_can_be_said_and_go_into_the_section(here, capsys):
    rows = [["Nr.", "Who", "Age"], *([n, f"k{n}", 20 + n] for n in range(30))]
    (here / "book.xlsx").write_bytes(workbook({"Notes": [["Client No"], *([n] for n in range(20))], "People": rows}))
    asked = "book.xlsx has several sheets ('Notes' and 'People'): say which with `--sheet NAME`."
    assert asked in checked(capsys, "book.xlsx", questions=1)
    told = json.loads(checked(capsys, "book.xlsx", "--json", questions=1))
    assert (told["tables"], told["problems"], told["questions"][0]["choices"]) == ({}, [asked], ["Notes", "People"])
    said = checked(capsys, "book.xlsx", "--sheet", "People", "--id", "Who")
    source = YAML(typ="safe").load(said.split("be\n\n", 1)[1])["source"]
    assert source["formats"] == {"customers": {"sheet": "People"}}
    assert source["columns"]["customers"]["customer_id"] == "Who"
    (here / "people.txt").write_text("id~age\n" + "".join(f"{n}~{20 + n}\n" for n in range(30)))
    assert "customer_id            id   likely" in checked(capsys, "people.txt", "--delimiter", "~")
    assert main(["check", "people.txt", "--delimiter", "~~"]) == 1


def test_the_only_sheet_that_names_customers_is_taken_and_the_others_are_told(here, capsys):
    lines = [["Order No", "Date", "Customer No", "Total"],
             *([n, f"2024-03-{1 + n % 28:02}", 1000 + n % 13, 5 + n] for n in range(60))]  # fmt: skip
    notes, sums = (
        [["What", "Why"], ["Total", "in euros"]],
        [["Month", "Sum"], *([f"2024-{n:02}", n] for n in range(1, 9))],
    )
    (here / "book.xlsx").write_bytes(workbook({"Legend": notes, "Sales": lines, "Months": sums}))
    said = checked(capsys, "book.xlsx")
    assert "60 rows of transactions" in said
    assert "sheet 'Legend' of book.xlsx is left out: it names no customers" in said
    assert "sheet 'Months' of book.xlsx is left out: it names no customers" in said
    source = YAML(typ="safe").load(said.split("be\n\n", 1)[1])["source"]
    assert source["formats"]["transactions"]["sheet"] == "Sales"
    other = [["Receipt", "When", "Total"], *([n, f"2024-03-{1 + n % 28:02}", 5 + n] for n in range(60))]
    people = [["Customer No", "Age"], *([1000 + n, 20 + n] for n in range(30))]
    for beside in (other, [["Customer No", "Date", "Total"], *([7 * n, "2024-03-02", n] for n in range(60))]):
        (here / "book.xlsx").write_bytes(workbook({"Log": beside, "People": people}))
        assert "say which with `--sheet NAME`" in checked(capsys, "book.xlsx", questions=1)


def test_text_cut_by_blanks_alone_and_without_names_is_read_and_asked_about(here, capsys):
    rows = "".join(f"{10000 + n % 13:>7} 2024-01-{1 + n % 28:02} {n * 1.5:>9.2f}\n" for n in range(60))
    (here / "lines.txt").write_text(rows)
    named = [f"--column={each}" for each in ("customer_id=column 1", "ordered_at=column 2", "amount=column 3")]
    said = checked(capsys, "lines.txt", "--table", "transactions", *named, questions=1)
    assert "lines.txt has no line with the columns' names above its rows" in said
    assert "transactions: 60 of 60 rows" in said or "transactions: 59 of 60 rows" in said
    said = checked(capsys, "lines.txt", "--table", "transactions", "--no-header", *named)
    assert YAML(typ="safe").load(said.split("be\n\n", 1)[1])["source"]["formats"] == {"transactions": {"header": False}}


def test_columns_of_signs_keep_the_blanks_within_their_cells(here, capsys):
    names = ["Ada Lovelace", "Bo", "Cy van Dyk"]
    lines = [f"{'id':<6}{'name':<16}{'age':>4}", *(f"{n:<6}{names[n % 3]:<16}{20 + n:>4}" for n in range(1, 40))]
    (here / "people.txt").write_text("\n".join(lines))
    told = json.loads(checked(capsys, "people.txt", "--json"))["tables"]["customers"]
    assert (told["rows"], told["columns"]) == (39, {"customer_id": "id", "age": "age"})
    assert told["all_columns"] == ["id", "name", "age"]


def test_what_stands_on_the_first_line_of_each_order_holds_for_all_of_its_lines(here, capsys):
    orders = [f"#{1001 + n // 2}" for n in range(60)]
    once = {"Email": "p{}@example.com", "Paid at": "2024-03-{:02} 10:00"}
    lines = {
        name: [form.format(1 + n // 2 % 17) if n % 2 == 0 else "" for n in range(60)] for name, form in once.items()
    }
    lines["Email"][8] = ""  # a guest
    lines |= {"Quantity": [1 + n % 3 for n in range(60)], "Price": [2.5 + n % 7 for n in range(60)]}
    pd.DataFrame({"Order": orders} | lines).to_csv("orders.csv", index=False)
    said = checked(capsys, "orders.csv")
    assert "ordered_at and customer_id on the first line of each order, holding for all of its lines" in said
    assert "transactions: 58 of 60 rows can be used (97%)" in said


def test_sheets_with_the_same_columns_are_one_table(here, capsys):
    years = {f"{year}": [["member id", "age"], *([f"m{year}{n}", 20 + n] for n in range(30))] for year in (2023, 2024)}
    (here / "book.xlsx").write_bytes(workbook(years))
    assert "customers: 60 of 60 rows can be used" in checked(capsys, "book.xlsx")


def test_an_export_of_amounts_alone_is_told_for_programs_too(here, capsys):
    lines = {"customer_id": [n % 13 for n in range(27)], "ordered_at": ["2024-01-05", "2024-01-06", "2024-01-06"] * 9}
    lines |= {"quantity": [1, 2, 1] * 9, "amount": [4, 9.5, 3] * 9}
    pd.DataFrame(lines).to_csv("lines.csv", index=False)
    told = json.loads(checked(capsys, "lines.csv", "--json"))["tables"]["transactions"]
    assert {role["role"]: role["examples"] for role in told["roles"]}["amount"] == ["4", "9.5", "3"]


def test_what_is_asked_is_answered_by_the_section_as_it_stands(here, capsys):
    people(Income=range(1000, 1060)).to_csv("people.csv", index=False)
    (here / "lines.txt").write_text("".join(f"{n % 13:>7} 2024-01-{1 + n % 28:02} {n:>9.2f}\n" for n in range(60)))
    named = [f"--column={each}" for each in ("customer_id=column 1", "ordered_at=column 2", "amount=column 3")]
    for asked in (["people.csv"], ["lines.txt", "--table", "transactions", *named]):
        said = checked(capsys, *asked, questions=1)
        source = FilesSource.of(**YAML(typ="safe").load(said.split("be\n\n", 1)[1])["source"])
        told = collect(source, Reach(here), here / "raw", seed=1)
        assert next(iter(told["tables"].values()))["rows"] == 60


@pytest.fixture
def study(here, capsys, monkeypatch):
    """A study's folder to stand in, with an export whose names nobody could know."""
    assert main(["new", "study"]) == 0
    monkeypatch.chdir(here / "study")
    people(Nr=range(60), Alter2=range(60)).to_csv("data/external/list.csv", index=False)
    capsys.readouterr()
    return Path.cwd() / "params.yaml"


def test_the_section_is_written_and_all_else_stays(study, capsys):
    before = study.read_text(encoding="utf-8")
    said = checked(capsys, "data/external/list.csv", "--id", "Nr", "--write")
    assert said.endswith("Next: `segments run`.\n")
    after = study.read_text(encoding="utf-8")
    section = YAML(typ="safe").load(after)["source"]
    assert section["customers"] == "data/external/list.csv"
    assert section["columns"]["customers"]["customer_id"] == "Nr"
    comments = re.findall(r"^#.*", before, re.M)
    assert comments == re.findall(r"^#.*", after, re.M)
    assert main(["check", "data/external/list.csv", "--id", "Nr", "--write"]) == 0
    assert study.read_text(encoding="utf-8") == after


def test_a_study_is_called_after_its_files_unless_it_has_a_name_of_its_own(study, capsys):
    def called(place: str) -> tuple[str, str]:
        people(Nr=range(60)).to_csv(place, index=False)
        checked(capsys, place, "--id", "Nr", "--write")
        told = YAML(typ="safe").load(study.read_text(encoding="utf-8"))["study"]
        return told["title"], told["name"]

    assert called("data/external/2024_Käufer-Süd.csv") == ("2024 Käufer Süd", "kaufer_sud")
    assert called("data/external/list.csv") == ("2024 Käufer Süd", "kaufer_sud")


def test_nothing_is_written_while_a_question_is_open_or_where_there_is_no_study(study, here, capsys, monkeypatch):
    before = study.read_bytes()
    people(A=range(60), B=range(60)).to_csv("data/external/list.csv", index=False)
    checked(capsys, "data/external/list.csv", "--write", questions=1)
    assert study.read_bytes() == before
    monkeypatch.chdir(here)
    assert main(["check", "study/data/external/list.csv", "--column", "customer_id=", "--write"]) == 1
    assert "No dvc.yaml in" in capsys.readouterr().err
    assert study.read_bytes() == before


def test_without_a_file_the_section_of_the_study_is_looked_at(study, here, capsys, monkeypatch):
    assert main(["check"]) == 1
    assert "is no file but a demo: name the files to look at" in capsys.readouterr().err
    checked(capsys, "data/external/list.csv", "--id", "Alter2", "--write")
    told = json.loads(checked(capsys, "--json"))
    assert told["tables"]["customers"]["columns"]["customer_id"] == "Alter2"
    assert told["source"] == YAML(typ="safe").load(study.read_text(encoding="utf-8"))["source"]
    monkeypatch.chdir(study.parent / "notebooks")
    assert "customer_id            Nr" in checked(capsys, "--column", "customer_id=Nr")


def at_a_terminal(folder: Path, *arguments: str, answers: Sequence[str]) -> tuple[int, str]:
    """The command where a person sits, who answers each prompt; its code, and what the terminal shows."""
    command = [sys.executable, "-m", "customer_segments", "check", *arguments]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(PROJECT / "src")},
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown, left, until = b"", list(answers), time.monotonic() + 60
        with contextlib.suppress(OSError):  # its end
            while select.select([ours], [], [], max(0, until - time.monotonic()))[0]:
                shown += os.read(ours, 1 << 16)
                if left and shown.endswith(b": "):
                    os.write(ours, left.pop(0).encode())
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
    os.close(ours)
    return process.returncode, shown.decode()


CLIENTS = {"Client No": range(60), "Account No": [max(n, 102) for n in range(100, 160)]}


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        (["\n"], "Client No"),
        (["Account No\n"], "Account No"),
        (["-\n"], None),
        (["Shoes\n", "Account No\n"], "Account No"),
        (["--column customer_id=Account No\n"], "Account No"),
    ],
)
def test_whoever_sits_at_a_terminal_is_asked(study, answers, taken):
    people(**CLIENTS).to_csv("data/external/list.csv", index=False)
    code, shown = at_a_terminal(study.parent, "data/external/list.csv", "--write", answers=answers)
    assert code == 0, shown
    assert "Which column is `customer_id`? (Enter for 'Client No'; - for none):" in shown
    assert ("There is no column 'Shoes'" in shown) == ("Shoes\n" in answers)
    section = YAML(typ="safe").load(study.read_text(encoding="utf-8"))["source"]
    assert section["columns"]["customers"]["customer_id"] == taken


def test_sheets_and_few_rows_are_asked_for_too(study):
    customers, days = [""] * 31 + [f"{100 + n % 9}" for n in range(29)], pd.date_range("2024-01-01", periods=60)
    lines = [
        ["customer", "order", "date", "price"],
        *zip(customers, range(60), days.astype(str), [2.5] * 60, strict=True),
    ]
    (study.parent / "book.xlsx").write_bytes(workbook({"Notes": [["a", "b"], *[["x", "y"]] * 40], "Lines": lines}))
    code, shown = at_a_terminal(study.parent, "book.xlsx", "--write", answers=["3\n", "2\n", "perhaps\n", "y\n"])
    assert code == 0, shown
    assert "Which one? 1: Notes, 2: Lines:" in shown
    assert "Only 29 of 60 rows of transactions can be used." in shown
    assert YAML(typ="safe").load(study.read_text(encoding="utf-8"))["source"]["formats"]["transactions"] == {
        "sheet": "Lines"
    }


@pytest.mark.parametrize("answers", ["\x04", "n\n"])
def test_who_does_not_answer_has_nothing_written(study, answers):
    before = study.read_bytes()
    customers, days = [""] * 31 + [f"{100 + n % 9}" for n in range(29)], pd.date_range("2024-01-01", periods=60)
    lines = {"customer": customers, "order": range(60), "date": days, "price": [2.5] * 60}
    pd.DataFrame(lines).to_csv(study.parent / "lines.csv", index=False)
    code, shown = at_a_terminal(study.parent, "lines.csv", "--write", answers=[answers])
    assert (code, study.read_bytes()) == (3, before), shown


def test_neither_pandas_nor_arrow_are_loaded_to_look_at_a_file_of_text(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(LINES.replace("A3;18;Tee;1;1,25\n", ""), encoding="utf-8")  # a ragged row is read by itself
    look = (
        "import sys\nfrom customer_segments.__main__ import main\n"
        f"main(['check', {str(path)!r}])\nprint({{'pandas', 'numpy', 'pyarrow', 'sklearn'}} & set(sys.modules))\n"
    )
    told = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "quantity: 1 cell cannot be read as a number" in told.stdout
    assert told.stdout.endswith("set()\n")
