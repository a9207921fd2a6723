"""The corpus says what it claims to, and its scoring tells right from wrong; `score.py` measures recognition by it."""

from decimal import Decimal

import pytest

from tests.recognition.cells import NAMES
from tests.recognition.corpus import A_THIRD_CLOSED, HELD_BACK, LOOKED_AT, OPEN, exports, is_held_back
from tests.recognition.score import ASKED, PARTIAL, REFUSED, RIGHT, ROLES, USED, Fault, faults_of, score

BY_NAME = {each.name: each for each in exports()}
FIRST = [*exports(OPEN), *exports(HELD_BACK)]
EVERY = [each for folder in (*LOOKED_AT, *A_THIRD_CLOSED) for each in exports(folder)]


def test_a_third_is_held_back_by_name_alone():
    assert len(FIRST) >= 66
    assert [each.name for each in exports(OPEN) if is_held_back(each.name)] == []
    assert [each.name for each in exports(HELD_BACK) if not is_held_back(each.name)] == []
    assert 1 / 4 < len(exports(HELD_BACK)) / len(FIRST) < 1 / 2


def test_the_corpus_speaks_many_languages():
    assert {each.world.get("lang", "en") for each in EVERY} >= set(NAMES)


@pytest.mark.parametrize("export", EVERY, ids=lambda export: export.name)
def test_an_export_holds_what_its_truth_says(export):
    tables = export.tables()
    held = {name for table in tables.values() for name in table}
    if not export.form.get("header", True):
        held = {str(place) for place in range(1, len(held) + 1)}
    meant = [*(pair for roles in export.truth.values() for pair in roles.items()), *export.may.items()]
    assert {role for role, _ in meant} | set(export.never) <= ROLES
    assert {name for _, names in meant for name in ([names] if isinstance(names, str) else names)} <= held
    assert max(len(cells) for table in tables.values() for cells in table.values()) >= 50


def test_an_export_is_the_same_every_time():
    assert BY_NAME["shopify_orders"].tables() == BY_NAME["shopify_orders"].tables()
    assert BY_NAME["amounts_only"].tables()["amounts_only"]["amount"][:2] == [Decimal("47.90"), Decimal("5.99")]


def test_an_export_is_written_as_its_system_writes(tmp_path):
    (path,) = BY_NAME["ventes_fr"].write(tmp_path)
    header, first = path.read_text("cp1252").splitlines()[:2]
    assert header.split(";")[:3] == ["N° commande", "Date de commande", "N° client"]
    assert first.split(";")[-1].partition(",")[0].isdigit()


@pytest.mark.parametrize("name", ["uci_online_retail", "cc_general", "workbook_three_sheets"])
def test_the_real_check_is_scored(name):
    found = score(BY_NAME[name])
    assert found.verdict in (RIGHT, PARTIAL, ASKED, REFUSED), found.note


def faults(columns: dict[str, str], table: str = "transactions", used: int = 50) -> list[str]:
    """What is wrong with columns that were found in the smallest of the exports."""
    tables = {table: {"columns": columns, "rows": 50, "usable": used}}
    return [fault.told for fault in faults_of(BY_NAME["amounts_only"], tables, [])]


def test_what_would_make_a_study_wrong_is_a_fault():
    truth = {"customer_id": "customer", "ordered_at": "date", "amount": "amount"}
    assert faults(truth) == []
    assert faults(truth | {"customer_id": "amounts.csv: customer"}) == []
    assert faults(truth, "customers") == ["customers instead of transactions"]
    assert faults(truth | {"customer_id": "amount"}) == ["customer_id is 'amount' instead of 'customer'"]
    assert faults(truth | {"unit_price": "amount"}) == ["unit_price is 'amount' instead of 'nothing' (a trap)"]
    assert faults({"customer_id": "customer", "ordered_at": "date"}) == ["nothing for amount ('amount')"]
    assert faults(truth, used=24) == ["24 of 50 transactions used"]


def test_a_price_of_single_pieces_stands_for_the_amount():
    columns = {"customer_id": "customer_id", "ordered_at": "t_dat", "unit_price": "price"}
    tables = {"transactions": {"columns": columns, "rows": 50, "usable": 50}}
    assert list(faults_of(BY_NAME["hm_transactions"], tables, [])) == []


def test_what_must_be_told_is_a_fault_where_it_is_not():
    export = BY_NAME["retail_transactions_dataset"]
    columns = {"customer_id": "CustID", "ordered_at": "TransDate", "amount": "LineTotal"}
    tables = {"transactions": {"columns": columns, "rows": 50, "usable": 50}}
    assert list(faults_of(export, tables, [])) == [Fault("silent about 'scientific'", ())]
    assert list(faults_of(export, tables, ["CustID: 50 ids in scientific notation"])) == []


def test_of_the_exports_none_is_mistaken_in_silence_and_nearly_all_are_understood_and_used():
    """In one, since to score them takes long and each of the processes that share the tests would do it again."""
    scores = [score(export) for export in exports()]
    assert [each.export.name for each in scores if each.verdict not in (*USED, ASKED, REFUSED)] == []
    right, due = (sum(each.roles[place] for each in scores if not each.export.ask) for place in (0, 1))
    assert right >= 0.9 * due
    assert sum(each.used for each in scores) >= 0.95 * len(scores)
