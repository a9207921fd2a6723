"""What `segments check` says about files, before anything is run."""

import json

import pandas as pd
import pytest
from ruamel.yaml import YAML

from customer_segments.__main__ import main
from customer_segments.base.params import FilesSource, PreprocessingParams
from customer_segments.commands.check import check
from tests.malformed.packed import workbook

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


def checked(capsys, *arguments: str) -> str:
    assert main(["check", *arguments]) == 0
    return capsys.readouterr().out


def test_it_says_what_was_taken_for_what_and_how_surely(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="cp1252")
    said = checked(capsys, "rechnungen.csv")
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
    said = checked(capsys, "rechnungen.csv")
    assert "quantity: 1 cell cannot be read as a number (row 2: 'x')" in said
    assert "1 row cannot be split into cells (row 4: it has 5 cells, and the header has 7)" in said
    assert "transactions: 2 of 5 rows can be used (40%)" in said
    for rule in ("broken row", "unreadable value", "no customer"):
        assert f"           1 dropped   {rule}." in said


def test_what_it_gives_to_paste_is_a_source_that_can_be_used(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="utf-8")
    pasted = checked(capsys, "rechnungen.csv").split("be\n\n", 1)[1]
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
        ("book.xlsx", workbook({"A": [["customer_id"], ["1"]], "B": [["customer_id"], ["2"]]}), "several sheets"),
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
    checked(capsys, "rechnungen.csv")
    assert [path.name for path in here.iterdir()] == ["rechnungen.csv"]


def test_offsets_from_utc_are_told_and_several_of_one_column_are_a_problem(tmp_path):
    rows = "".join(f"A{n},2,9,2024-01-05T10:00:00+0{n}:00,c\n" for n in (1, 2))
    (tmp_path / "lines.csv").write_text(f"invoice_id,quantity,unit_price,ordered_at,customer_id\n{rows}")
    said = check(["lines.csv"], base=tmp_path)
    assert "ordered_at with offsets from UTC (+01:00 and +02:00), which are left out: the clock as written" in said
    assert "ordered_at: clocks of several offsets from UTC (+01:00 and +02:00) stand side by side" in said


def test_for_programs_it_says_the_same_as_json(here, capsys):
    (here / "rechnungen.csv").write_text(LINES, encoding="utf-8")
    told = json.loads(checked(capsys, "rechnungen.csv", "--json"))
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


def test_an_export_of_amounts_alone_is_told_for_programs_too(here, capsys):
    lines = {"customer_id": [1, 1, 2], "ordered_at": ["2024-01-05"] * 3, "quantity": [1, 2, 1], "amount": [4, 9.5, 3]}
    pd.DataFrame(lines).to_csv("lines.csv", index=False)
    told = json.loads(checked(capsys, "lines.csv", "--json"))["tables"]["transactions"]
    assert {role["role"]: role["examples"] for role in told["roles"]}["amount"] == ["4.0", "9.5", "3.0"]
