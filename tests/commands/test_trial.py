"""`segments trial`: what is drawn and kept, what is read, and what is refused."""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from customer_segments.__main__ import main
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Params
from customer_segments.commands import trial as trials
from customer_segments.commands.forget import forget
from customer_segments.commands.trial_folder import opened
from customer_segments.run.workspace import Workspace
from customer_segments.sources.forgotten import FILE, Forgotten
from tests.commands.conftest import at, finish
from tests.support import PROJECT

ORDERS = Path("data/raw/demo/transactions.csv")
SOURCE = {"kind": "demo", "customers": 400, "months": 12, "dirt": 0.3}
SETTINGS = Params.of(
    study={"name": "shop", "title": "Shop"}, seed=1, source=SOURCE, preprocessing={"as_of": "2024-11-01"}
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A study that looks back from 1 November, of a shop whose orders go on until the end of the year."""
    folder = tmp_path_factory.mktemp("trial") / "shop"
    (folder / "data" / "external").mkdir(parents=True)
    shutil.copy(PROJECT / "dvc.yaml", folder)
    finish(SETTINGS, folder)
    return folder


@pytest.fixture
def here(finished, tmp_path, monkeypatch):
    shutil.copytree(finished, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    return Workspace(tmp_path / "shop")


def lines(until: str = "2024-12-31", since: str = "2024-01-01") -> pd.DataFrame:
    table = pd.read_csv(ORDERS, dtype=str, keep_default_na=False)
    return table[table["InvoiceDate"].str[:10].between(since, until)]


def export(table: pd.DataFrame, name: str = "new.csv") -> Path:
    table.to_csv(name, index=False)
    return Path(name)


def saved(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_and_plan_say_who_and_what(here):
    drawn = trials.drawn("autumn", here)
    listed = pd.read_csv("trials/autumn/list.csv", dtype=str)
    assert listed.columns.tolist() == ["customer_id", "segment", "group"]
    plan = json.loads(Path("trials/autumn/plan.json").read_text(encoding="utf-8"))
    assert (plan["start"], plan["days"], plan["last_day"]) == ("2024-11-01", 30, "2024-11-30")
    assert (plan["measure"], plan["power"], plan["significance"], plan["seed"]) == ("orders", 0.8, 0.05, 1)
    sizes = listed.groupby(["segment", "group"]).size()
    for each in plan["segments"]:
        assert sizes[str(each["segment"]), "hold out"] == each["held_out"]
        assert sizes[str(each["segment"])].sum() == each["customers"]
        assert each["smallest"] > 0
    told = Path("trials/autumn/plan.txt").read_text(encoding="utf-8")
    assert drawn.told.startswith(told.rstrip())
    assert "who orders at all, in 30 days: from 1 November 2024 to 30 November 2024" in told
    assert "4 intervals will be given" in told


def test_one_segment_its_days_and_a_share_can_be_asked_for(here):
    start = date(2024, 11, 5)
    plan = trials.drawn("b", here, segments=[2], measure="spend", start=start, days=14, share=0.4).plan
    (only,) = plan.segments
    assert (only.segment, only.held_out, plan.intervals) == (2, round(0.4 * only.customers), 1)
    assert (plan.start, plan.last_day) == (start, date(2024, 11, 18))
    assert only.expected > 0


def test_the_outcome_and_the_size_of_the_test_are_those_of_the_segments_play(here):
    profiles = here.read_table("data/processed/profiles.parquet")
    play = next(each for each in SETTINGS.profiling.playbook if each.outcome == "reactivation")
    basket = next(each for each in SETTINGS.profiling.playbook if each.outcome == "basket")
    here.write_table(profiles.assign(play=["", play.name, basket.name]), "data/processed/profiles.parquet")
    back = trials.drawn("back", here, segments=[2]).plan
    assert (back.segments[0].outcome, back.measure) == ("reactivation", "orders")
    larger = trials.drawn("larger", here, segments=[3]).plan
    assert (larger.segments[0].outcome, larger.measure) == ("basket", "spend")
    assert trials.drawn("all", here).plan.measure == "spend"  # what unlike outcomes have in common


def test_two_trials_of_one_study_hold_out_others_and_none_is_written_over(here):
    trials.drawn("a", here)
    before = saved(here.root / "trials" / "a")
    with pytest.raises(StudyError, match="There is a trial called 'a' already"):
        trials.drawn("a", here)
    assert saved(here.root / "trials" / "a") == before
    trials.drawn("b", here)
    first, second = (opened(here.root, name)[1] for name in "ab")
    assert not first["group"].equals(second["group"])


def test_lists_are_never_committed_wherever_the_folder_stands(here):
    subprocess.run(["git", "init", "--quiet"], check=True)
    trials.drawn("a", here)
    seen = subprocess.run(["git", "status", "--porcelain", "-uall"], text=True, capture_output=True, check=True)
    assert "data/" in seen.stdout
    assert "trials/" not in seen.stdout


def test_an_id_that_a_spreadsheet_would_run_is_written_as_text_and_read_back(here):
    customers, segments = (f"data/processed/{name}.parquet" for name in ("customers", "segments"))
    odd = here.read_table(segments)["customer_id"].iloc[0]
    for path in (customers, segments):
        table = here.read_table(path)
        here.write_table(table.assign(customer_id=table["customer_id"].replace(odd, "=1+1")), path)
    trials.drawn("a", here)
    assert '"\'=1+1"' in Path("trials/a/list.csv").read_text(encoding="utf-8")
    renamed = lines().assign(CustomerID=lambda table: table["CustomerID"].replace(odd, "=1+1"))
    plain = trials.result("a", export(renamed), here)
    assert "=1+1" in set(opened(here.root, "a")[1]["customer_id"])
    theirs = lines("2024-11-30", "2024-11-01")["CustomerID"]
    assert plain.result.strangers == len(set(theirs) - set(opened(here.root, "a")[1]["customer_id"]) - {odd, ""})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"segments": [9]}, "There is no segment 9: there are 1, 2 and 3."),
        ({"start": date(2024, 10, 31)}, "must begin after what it is drawn from: let it begin on 2024-11-01"),
        ({"days": 0}, "let `--days` be from 1 to 365"),
        ({"share": 0.6}, "let `--hold-out` be above 0, at most 0.5"),
        ({"name": "a/b"}, "'a/b' cannot be a trial's name"),
        ({"name": ".."}, "cannot be a trial's name"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence_and_nothing_is_written(here, asked, said):
    with pytest.raises(StudyError, match=said) as refused:
        trials.drawn(asked.pop("name", "a"), here, **asked)
    assert "\n" not in str(refused.value)
    assert not (here.root / "trials").exists()


def test_segments_that_are_too_small_are_left_out_or_refused_where_they_were_asked_for(here):
    path = "data/processed/segments.parquet"
    table = here.read_table(path)
    few = table["segment"].eq(3) & (table["segment"].eq(3).cumsum() <= 30)
    here.write_table(table.assign(segment=table["segment"].where(few | table["segment"].ne(3), 1)), path)
    with pytest.raises(StudyError, match=r"No group can be held out of Lost \(30 whom its play concerns\)"):
        trials.drawn("a", here, segments=[1, 3])
    drawn = trials.drawn("a", here)
    assert [each.segment for each in drawn.plan.segments] == [1, 2]
    assert "Too few for a group of their own, and left out: Lost." in drawn.told


def test_a_study_without_orders_or_not_finished_is_told(here):
    account = here.read_json("data/raw/source.json")
    account["tables"].pop("transactions")
    here.write_json(account, "data/raw/source.json")
    with pytest.raises(StudyError, match="This study knows no orders"):
        trials.drawn("a", here)
    (here.root / "data/raw/source.json").unlink()
    with pytest.raises(StudyError, match=r"source.json is not there"):
        trials.drawn("a", here)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_result_counts_what_each_did_within_the_days_net_of_returns(here):
    trials.drawn("a", here, measure="spend", segments=[2])
    a, b, c, d = opened(here.root, "a")[1]["customer_id"].head(4)
    did = [
        (a, "2024-11-01 00:00", 2, 10), (a, "2024-11-20 09:00", -1, 10),  # one of two sent back
        (b, "2024-11-03 10:00", 3, 5), (b, "2024-12-20 10:00", -3, 5),  # all sent back, though later
        (c, "2024-11-30 23:59", 1, 7), (c, "2024-10-31 23:59", 1, 1000),
        (d, "2024-12-01 00:00", 1, 2000), ("stranger", "2024-11-05 10:00", 1, 9),
    ]  # fmt: skip
    table = pd.DataFrame(did, columns=["CustomerID", "InvoiceDate", "Quantity", "UnitPrice"])
    table.insert(0, "InvoiceNo", [f"9{number:05}" for number in range(len(table))])
    new = export(table.assign(LineNo=1, Product="Mug", Category="Kitchen", Country="France"))
    read = trials.result("a", new, here)
    assert (read.final, read.day, read.looks) == (True, date(2024, 11, 30), 1)
    assert read.error == pytest.approx(0.05, abs=1e-3)
    spent = opened(here.root, "a")[1].assign(
        spend=lambda listed: listed["customer_id"].map({a: 10.0, c: 7.0}).fillna(0)
    )
    means, overall = spent.groupby("group")["spend"].mean(), read.result.overall
    assert overall.treated_mean == pytest.approx(means["treat"])
    assert overall.held_out_mean == pytest.approx(means["hold out"])
    assert read.result.strangers == 1
    assert read.left_out == {"before": 1, "after": 1}
    ordered = trials.result(trials.drawn("who", here, measure="orders", segments=[2]).plan.name, new, here)
    counts = opened(here.root, "who")[1].groupby("group")["customer_id"].agg(lambda who: who.isin([a, c]).mean())
    assert ordered.result.overall.treated_mean == pytest.approx(counts["treat"])


def test_what_was_done_to_the_treated_is_found(here):
    trials.drawn("a", here, measure="spend")
    listed = opened(here.root, "a")[1]
    treated = listed.loc[listed["group"] == "treat", "customer_id"]
    row = lines().iloc[-1].to_dict() | {"Quantity": "1", "UnitPrice": "500", "InvoiceDate": "2024-11-20 10:00"}
    more = pd.DataFrame([row | {"CustomerID": who, "InvoiceNo": f"9{n:06}"} for n, who in enumerate(treated)])
    read = trials.result("a", export(pd.concat([lines(), more])), here)
    assert all(each.shows and each.low < 500 < each.high for each in read.result.uplifts)


def test_a_list_that_was_changed_is_not_read(here):
    trials.drawn("a", here)
    path = Path("trials/a/list.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("hold out", "treat", 1), encoding="utf-8")
    with pytest.raises(StudyError, match=r"trials/a/list.csv is not as it was drawn"):
        trials.result("a", ORDERS, here)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2024-01-01", "2024-11-20", r"end on 2024-11-20, and the trial runs until 2024-11-30 \(20 of 30 days\)"),
        ("2024-01-01", "2024-10-31", r"end on 2024-10-31, and the trial begins on 2024-11-01"),
    ],
)
def test_orders_that_end_too_soon_are_refused_and_no_look_is_counted(here, since, until, said):
    trials.drawn("a", here)
    with pytest.raises(StudyError, match=said):
        trials.result("a", export(lines(until, since)), here)
    assert not Path("trials/a/looks.json").exists()


def test_orders_with_unknown_columns_or_no_file_or_no_money_are_refused(here):
    trials.drawn("a", here, measure="spend")
    for table in (lines().rename(columns={"CustomerID": "zzz"}), lines().drop(columns="UnitPrice")):
        with pytest.raises(StudyError, match=r"new.csv"):
            trials.result("a", export(table), here)
    with pytest.raises(StudyError, match=r"nowhere.csv is no file"):
        trials.result("a", Path("nowhere.csv"), here)
    with pytest.raises(StudyError, match=r"There is no trial called 'b' in trials: there is a\."):
        trials.result("b", ORDERS, here)


def test_a_day_without_orders_at_the_end_can_be_vouched_for_but_no_day_to_come(here):
    trials.drawn("a", here)
    short = export(lines("2024-11-28"))
    with pytest.raises(StudyError, match="has not come yet"):
        trials.result("a", short, here, until=date(2024, 11, 30), today=date(2024, 11, 29))
    assert trials.result("a", short, here, until=date(2024, 11, 30)).final
    mistyped = pd.concat([lines("2024-11-10"), lines().tail(1).assign(InvoiceDate="2099-01-01 10:00")])
    with pytest.raises(StudyError, match=r"10 of 30 days"):
        trials.result("a", export(mistyped), here)


def test_an_early_look_is_forced_told_as_such_and_remembered(here, capsys):
    trials.drawn("a", here)
    early = export(lines("2024-11-15"))
    assert main(["trial", "a", "--result", str(early), "--early"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("AN EARLY LOOK, NOT THE RESULT: 15 of 30 days")
    assert "It worked" not in said
    assert "wrong in up to 8." in said
    assert main(["trial", "a", "--result", str(early), "--early", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["final"], told["looks"]) == (False, 1)  # the same orders, read again
    final = trials.result("a", ORDERS, here)
    assert (final.final, final.looks) == (True, 2)
    assert 0.08 < final.error < 0.1
    assert len(json.loads(Path("trials/a/looks.json").read_text(encoding="utf-8"))) == 2


def test_what_the_plan_settled_is_not_settled_again(here, capsys):
    assert main(["trial", "--days", "30"]) == 0
    assert main(["trial", "--result", str(ORDERS), "--days", "7"]) == 1
    assert "`--days` was settled when the trial was drawn" in capsys.readouterr().err
    assert main(["trial", "other", "--early"]) == 1
    assert not Path("trials/other").exists()


# ── forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_forgotten_is_taken_out_of_the_lists_and_counted(here):
    trials.drawn("a", here)
    trials.drawn("b", here, segments=[1])
    listed = opened(here.root, "b")[1]
    gone, others = listed["customer_id"].iloc[0], listed["customer_id"].iloc[1:]
    forget([gone], at(here.root, SETTINGS))
    for name in "ab":
        assert not [path for path, content in saved(here.root / "trials" / name).items() if gone.encode() in content]
    plan, left = opened(here.root, "b")
    assert left["customer_id"].tolist() == others.tolist()
    assert plan.forgotten == 1
    read = trials.result("b", ORDERS, here)
    assert (read.forgotten, read.result.overall.treated + read.result.overall.held_out) == (1, len(others))


def test_who_was_forgotten_elsewhere_is_left_out_and_counted_too(here):
    trials.drawn("a", here)
    some = opened(here.root, "a")[1]["customer_id"].head(2).tolist()
    here.write_json(Forgotten().remembering(some), FILE)
    read = trials.result("a", ORDERS, here)
    assert read.forgotten == 2
    assert sum(each.treated + each.held_out for each in read.result.uplifts[:-1]) == len(opened(here.root, "a")[1]) - 2


def test_forgetting_seals_no_list_that_was_altered(here):
    trials.drawn("a", here)
    path = Path("trials/a/list.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("hold out", "treat", 1), encoding="utf-8")
    forget([pd.read_parquet("trials/a/drawn.parquet")["customer_id"].iloc[-1]], at(here.root, SETTINGS))
    with pytest.raises(StudyError, match="is not as it was drawn"):
        opened(here.root, "a")


def test_a_number_of_the_plan_is_no_customer(here):
    count = trials.drawn("a", here).plan.segments[0].customers
    renamed = str(count)
    for path in ("data/processed/customers.parquet", "data/processed/segments.parquet"):
        table = here.read_table(path)
        first = table["customer_id"].iloc[0]
        here.write_table(table.assign(customer_id=table["customer_id"].replace(first, renamed)), path)
    before = Path("trials/a/plan.json").read_bytes()
    forget([renamed], at(here.root, SETTINGS))
    assert Path("trials/a/plan.json").read_bytes() == before
