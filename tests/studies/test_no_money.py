"""Visits of members, of which no money is told: a whole study that speaks of none, and counts as plain pandas does."""

from __future__ import annotations

import html
import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import customer_segments as cs
from customer_segments.base.errors import StudyError
from customer_segments.commands.assign import assigned_customers
from customer_segments.pages.report import moneyless
from customer_segments.pages.report.formulas import in_prose
from customer_segments.run.workspace import Workspace
from customer_segments.steps.scorer import Scorer
from tests.conftest import once
from tests.studies.test_one_value import apart_in, names_of, pages_of, told_twice
from tests.support import PROJECT, Study, make_study

DAYS, MEMBERS = 730, 250
MONEY = re.compile(
    r"\b(revenue|spend(s|ing)?|spent|money|monetary|paid|pays?|prices?|refund\w*|amounts?|costs?|cash|euros?|expensive|"
    r"worth(?! knowing)|(expected|net|order|lifetime) value|value at risk|nan|NaN|None)\b|[€$£]"
)
CODE = re.compile(r"(?s)<(script|style)\b.*?</\1>|<pre>.*?</pre>")
OF_MONEY_ALONE = (
    "## Does the money add up?",
    "## What do they bring?",
)  # questions that are not asked where none is told
QUICK = {"clustering": {"k_max": 4, "choose_by": "silhouette"}, "validation": {"references": 19, "bootstraps": 10}}


def visits() -> pd.DataFrame:
    """Members who come often in the morning, now and then at noon, or seldom in the evening; three in ten leave."""
    rng, rows = np.random.default_rng(7), []
    for member in range(MEMBERS):
        gap, opens = [(4, 7), (18, 12), (60, 18)][member % 3]
        day = first = float(rng.integers(0, 420))
        until = DAYS if rng.random() < 0.7 else first + rng.exponential(200)
        while day < min(until, DAYS):
            minutes = int(day) * 1440 + opens * 60 + int(rng.integers(0, 150))
            rows.append((f"C{member:03}", minutes, rng.choice(["North", "South", "Harbour"], p=[0.5, 0.3, 0.2])))
            day += max(1.0, rng.exponential(gap))
    table = pd.DataFrame(rows, columns=["Member No", "Visit time", "Branch"])
    times = pd.Timestamp("2023-01-02") + pd.to_timedelta(table["Visit time"], unit="min")
    return table.assign(**{"Visit time": times.dt.floor("min")}).sort_values(["Visit time", "Member No"])


def with_slips(table: pd.DataFrame) -> pd.DataFrame:
    """The export as a till makes it: some visits told twice, some of nobody, some at no time."""
    first = table.head(4).astype(str)
    slips = [first, first.assign(**{"Member No": ""}), first.assign(**{"Visit time": "never"})]
    return pd.concat([table.astype(str), *slips])


def written(table: pd.DataFrame, path: Path) -> Path:
    table.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M")
    return path


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return visits()


@pytest.fixture(scope="module")
def gym(raw, tmp_path_factory) -> Study:
    """The finished study; read it, never change it."""

    def make(folder: Path) -> None:
        study = make_study(folder, 0)
        written(with_slips(raw), folder / "data/external/visits.csv")
        study.change(
            study={"name": "gym", "title": "Gym"}, source={"kind": "files", "transactions": "data/external/visits.csv"}
        )
        study.repro()

    return Study(once(tmp_path_factory, "gym", make))


@pytest.fixture(scope="module")
def here(gym) -> Workspace:
    return Workspace(gym.folder)


@pytest.fixture(scope="module")
def customers(here) -> pd.DataFrame:
    return here.read_table("data/processed/segmented_customers.parquet").set_index("customer_id")


def read(path: Path) -> str:
    """What a reader sees of a page, and hears of its figures; the code that is shown on request aside."""
    page = CODE.sub(" ", path.read_text(encoding="utf-8"))
    spoken = " ".join(re.findall(r'(?:alt|aria-label|title)="([^"]*)"', page))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page) + spoken).split())


def of_money(text: str) -> list[str]:
    return [text[max(0, found.start() - 60) : found.end() + 30] for found in MONEY.finditer(text)]


def told(value: Any) -> list[str]:
    """All texts in a JSON file; settings and names of keys aside."""
    if isinstance(value, dict):
        return [text for key, each in value.items() if key not in ("study", "currency") for text in told(each)]
    if isinstance(value, list):
        return [text for each in value for text in told(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.long
def test_no_page_gives_a_number_of_one_name_another_value(gym):
    assert told_twice(pages_of(gym.folder), names_of(gym.folder)) == {}
    assert apart_in(pages_of(gym.folder), names_of(gym.folder)) == {}


def test_no_page_speaks_of_money(gym):
    pages = sorted(gym.path("reports").glob("*.html"))
    assert len(pages) == 10
    assert {page.name: found for page in pages if (found := of_money(read(page)))} == {}
    assert "How often will they order?" in read(gym.path("reports/07_lifetime_value.html"))


def test_no_heading_and_no_table_is_empty(gym):
    for page in sorted(gym.path("reports").glob("0[1-8]*.html")):
        shown = CODE.sub(" ", page.read_text(encoding="utf-8"))
        sections = re.split(r"<h2\b[^>]*>", re.sub(r"(?s)<footer.*", "", shown))[1:]
        bare = [each[:80] for each in sections if "<svg" not in each and not re.search(r"<(td|li|figcaption)\b", each)]
        assert bare == [], page.name
        assert re.findall(r"<tbody>\s*</tbody>|<td[^>]*>(?:nan|None|NaN)</td>", shown) == [], page.name


def test_the_brief_speaks_of_none(gym):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine (apt-get install poppler-utils)")
    text = gym.run("pdftotext", "reports/brief.pdf", "-").stdout
    assert "What to do first" in text
    assert "Expected" in text
    assert of_money(text) == []


def test_what_programs_read_speaks_of_none(gym):
    files = [gym.path("reports/content.json"), *gym.path("reports").glob("content/*.json")]
    files += gym.path("reports/metrics").glob("*.json")
    assert len(files) > 10
    for path in files:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(name))
        assert of_money(" | ".join(told(content))) == [], path.name
    for path in gym.path("reports/metrics").glob("*.csv"):
        assert of_money(path.read_text(encoding="utf-8")) == []


def test_what_is_counted_is_what_pandas_counts(raw, customers, here):
    day = raw["Visit time"].max().normalize() + pd.Timedelta(days=1)
    own = raw.groupby("Member No")["Visit time"].agg(["count", "min", "max"]).reindex(customers.index)
    ledger = here.read_table("data/interim/ledger.parquet")
    assert (ledger["rows_before"].iloc[0], ledger["rows_after"].iloc[-1]) == (len(raw) + 12, len(raw))
    assert customers["orders"].tolist() == own["count"].tolist()
    assert customers["recency_days"].tolist() == (day - own["max"].dt.normalize()).dt.days.tolist()
    assert customers["tenure_days"].tolist() == (day - own["min"].dt.normalize()).dt.days.tolist()
    assert not {"net_revenue", "average_order_value", "expected_value"} & set(customers.columns)
    profiles = here.read_table("data/processed/profiles.parquet").set_index("segment")
    placed = customers.groupby("segment")["orders"].agg(["count", "sum"]).reindex(profiles.index)
    assert profiles["customers"].tolist() == placed["count"].tolist()
    assert profiles["orders_share"].tolist() == pytest.approx((placed["sum"] / len(raw)).tolist())


def test_cohorts_are_what_pandas_counts(raw, here):
    cohorts = here.read_table("data/processed/cohorts.parquet")
    assert "revenue" not in cohorts
    month = raw["Visit time"].dt.year * 12 + raw["Visit time"].dt.month
    first = month.groupby(raw["Member No"]).transform("min")
    active = raw.assign(cohort=first, age=month - first).groupby(["cohort", "age"])["Member No"].nunique()
    starts = cohorts["cohort"].dt.year * 12 + cohorts["cohort"].dt.month
    own = [active.get(pair, 0) for pair in zip(starts, cohorts["age"], strict=True)]
    assert len(cohorts) > 50
    assert cohorts["active"].tolist() == own


def test_the_same_visits_are_assigned_as_they_were_segmented(gym, here, customers, tmp_path):
    found = assigned_customers(gym.path("data/external/visits.csv"), here).customers.set_index("customer_id")
    assert found["segment"].reindex(customers.index).tolist() == customers["segment"].tolist()
    placed = Scorer.read(here.existing("data/models/scorer.json")).score(customers.reset_index())
    assert placed.segment.tolist() == customers["segment"].tolist()
    more = pd.read_csv(gym.path("data/external/visits.csv")).assign(Price="0.00")  # which the study knows nothing of
    free = assigned_customers(written(more, tmp_path / "free.csv"), here).customers.set_index("customer_id")
    assert free["segment"].tolist() == found["segment"].tolist()


def test_recency_and_frequency_are_told_without_money(raw, gym):
    found = cs.rfm(gym.path("data/external/visits.csv")).df()
    assert found.columns.tolist() == ["customer_id", "recency_days", "frequency"]
    assert found["frequency"].tolist() == raw.groupby("Member No").size().tolist()  # what is told twice counts once


def test_a_frame_without_money_is_a_study(raw):
    study = cs.run_study(raw, params=QUICK)
    assert study.k >= 2
    assert len(study.segments) == raw["Member No"].nunique()
    assert of_money(" ".join(study.profiles[["name", "traits", "action", "worth", "test"]].to_numpy().ravel())) == []


def test_money_that_is_not_recognised_is_asked_about(raw, tmp_path):
    takings = raw.assign(Verzehr=np.random.default_rng(0).gamma(2, 6, len(raw)).round(2))
    with pytest.raises(StudyError, match="'Verzehr' could be it") as asked:
        cs.run_study(takings, params=QUICK)
    assert asked.value.setting == "source.columns.transactions.amount"
    with pytest.raises(StudyError, match="'Verzehr' could be it"):
        cs.rfm(written(takings, tmp_path / "takings.csv"))


def test_what_the_prose_says_instead_replaces_what_stands_in_the_notebooks():
    prose = {path.stem[3:]: path.read_text(encoding="utf-8") for path in (PROJECT / "notebooks").glob("*.ipynb")}
    for stage, passages in moneyless.INSTEAD.items():
        cells = [cell for cell in json.loads(prose[stage])["cells"] if cell["cell_type"] == "markdown"]
        asked = ("".join(cell["source"]) for cell in cells)
        text = " ".join("\n\n".join(each for each in asked if not each.startswith(OF_MONEY_ALONE)).split())
        assert [passage for passage in passages if text.count(passage) != 1] == []
        assert of_money(in_prose(moneyless.reworded(text, stage))) == []


def test_customers_are_exported_with_the_orders_that_are_expected_of_them(gym, customers, tmp_path):
    for ending in ("csv", "json", "parquet"):
        gym.run("python", "-m", "customer_segments", "export", str(tmp_path / f"out.{ending}"), PYTHONPATH="src")
    table = pd.read_parquet(tmp_path / "out.parquet").set_index("customer_id")
    pd.testing.assert_frame_equal(table, customers, check_dtype=False)
    assert "expected_orders" in table
    assert of_money(" ".join(table.columns).replace("_", " ")) == []
    from_csv = pd.read_csv(tmp_path / "out.csv", index_col="customer_id")
    pd.testing.assert_frame_equal(from_csv, customers, check_dtype=False)
    from_json = pd.read_json(tmp_path / "out.json", dtype={"customer_id": str}).set_index("customer_id")
    pd.testing.assert_frame_equal(from_json, customers, check_dtype=False)
    database = f"sqlite:///{tmp_path / 'out.sqlite'}"
    gym.run("python", "-m", "customer_segments", "export", "--database", database, "--table", "found", PYTHONPATH="src")
    with sqlite3.connect(tmp_path / "out.sqlite") as connection:
        found = pd.read_sql("SELECT * FROM found", connection, index_col="customer_id")
    pd.testing.assert_frame_equal(found, customers, check_dtype=False)
    asked = ("export", str(tmp_path / "value.csv"), "--columns", "customer_id,expected_value")
    refused = gym.run("python", "-m", "customer_segments", *asked, check=False, PYTHONPATH="src")
    assert refused.returncode == 1
    assert "did you mean 'expected_orders'?" in refused.stdout + refused.stderr


@pytest.fixture
def in_explorer(gym, db, tmp_path):
    """The study in the Explorer, and its owner."""
    from customer_segments.web.models import Job, Member, Person, Role
    from customer_segments.web.models import Study as Kept
    from customer_segments.web.results import folder_of
    from customer_segments.web.work import shelve

    study = Kept.objects.create(title="Gym")
    job = Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.FINISHED)
    folder = folder_of(job)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(gym.folder, folder, symlinks=True)
    shelve(folder)
    owner = Person.objects.create_user("eve@example.org", approved=True)
    Member.objects.create(study=study, person=owner, role=Role.OWNER)
    return study, owner


@pytest.fixture
def plain(settings):
    """Static files without `collectstatic`."""
    plainly = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = settings.STORAGES | plainly


def test_no_page_of_the_explorer_speaks_of_money_or_gives_a_number_another_value(
    in_explorer, client, plain, tmp_path, gym
):
    study, owner = in_explorer
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    places = ["", "/segments", "/customers", "/customers/C000", "/value", "/retention", "/model", "/predict"]
    told = pages_of(gym.folder)
    for place in places:
        answer = client.get(f"/studies/{study.id}{place}")
        assert answer.status_code == 200, place
        page = tmp_path / "page.html"
        page.write_bytes(answer.content)
        assert of_money(read(page)) == [], place
        assert "Outlook" in answer.content.decode(), place
        told |= {} if place.startswith("/customers") else {place: answer.content.decode()}
    assert apart_in(told, names_of(gym.folder)) == {}


COLUMNS = {"ordered_at": "Visit time", "customer_id": "Member No"}


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"settings": {"source": {"columns": {"transactions": COLUMNS}}}}, "Outlook"),
        ({"settings": {"source": {"columns": {"transactions": COLUMNS | {"amount": None}}}}}, "Outlook"),
        ({"settings": {"source": {"columns": {"transactions": COLUMNS | {"amount": "Paid"}}}}}, "Value"),
        ({"settings": {"source": {"columns": {"customers": {"customer_id": "Member No"}}}}}, "Value"),
        ({"study": "demo"}, "Value"),
    ],
)
def test_the_first_run_under_way_calls_its_chapters_as_the_report_will(db, client, plain, tmp_path, asked, title):
    from customer_segments.web.models import Job, Member, Person, Role
    from customer_segments.web.models import Study as Kept

    study, owner = Kept.objects.create(title="Gym"), Person.objects.create_user("eve@example.org", approved=True)
    Member.objects.create(study=study, person=owner, role=Role.OWNER)
    Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.RUNNING, stage="lifetime_value", settings=asked)
    assert under_way(client, study, owner, tmp_path) == title


def test_another_run_of_a_study_without_money_speaks_of_none(in_explorer, client, plain, tmp_path):
    from customer_segments.web.models import Job

    study, owner = in_explorer
    Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.RUNNING, settings={"from": "x", "changes": {}})
    assert under_way(client, study, owner, tmp_path) == "Outlook"


def under_way(client, study, owner, tmp_path) -> str:
    """What the seventh chapter is called on the page of the run; where that is “Outlook”, nothing speaks of money."""
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/studies/{study.id}/progress").content.decode()
    titles = re.findall(r"<li[^>]*>([A-Z][a-z ]+)</li>", page)
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert "Value" in titles or of_money(read(tmp_path / "page.html")) == []
    return titles[titles.index("Retention") + 1]
