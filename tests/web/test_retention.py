"""The page on retention holds what the run has written, to the printed digit, and tells nothing of a few."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from customer_segments.base import words
from customer_segments.pages import retention
from customer_segments.web import results
from customer_segments.web.models import Job, Role, Study
from customer_segments.web.results import folder_of
from tests.web.finished import read, rows, text, without_names

FEW = "·under 10 customers"


@pytest.fixture
def of(shop, person, at):
    """A page of the shop as a reader sees it."""
    reader = at(person("rita", shop, Role.READER))
    return lambda address="retention": reader.get(f"/studies/{shop.id}/{address}")


@pytest.fixture
def cohorts(finished):
    return pd.read_parquet(finished / "data/processed/cohorts.parquet")


def shown(cells: pd.DataFrame, written: pd.Series) -> list[list[str]]:
    """The triangle that these cells make, with dots for a few."""
    texts = written.mask(cells["few"], FEW)
    wide = cells.assign(text=texts).pivot(index="cohort", columns="age", values="text").fillna("")
    sizes = cells.groupby("cohort")["customers"].first()
    return [[f"{cohort:%b %Y}", *row] for cohort, row in zip(sizes.index, wide.to_numpy().tolist(), strict=True)]


def test_the_triangle_is_a_table_of_the_runs_rates(of, cohorts, finished):
    page = read(of())
    average, *triangle = rows(page, "Cohorts")
    later = cohorts[cohorts["age"] > 0]
    # The last cohort has no period after its first.
    expected = shown(later, later["rate"].map("{:.0%}".format).str.rstrip("%"))
    assert triangle == expected
    rates = pd.read_parquet(finished / "data/processed/return_rates.parquet").query("segment.isna()").set_index("age")
    assert average[1:] == [f"{rates['rate'][age]:.0%}".rstrip("%") for age in sorted(later["age"].unique())]
    heads = page.select(".triangle thead th[scope=col]")
    assert [text(head) for head in heads[1:]] == [str(age) for age in sorted(later["age"].unique())]
    sizes = [head.small.text for head in page.select(".triangle tbody th[scope=row]")[1:]]
    assert sizes == [f"({size:,})" for size in later.groupby("cohort")["customers"].first()]


@pytest.mark.parametrize("address", ["retention", "value"])
def test_a_sentence_that_speaks_of_a_segment_says_its_name(of, address):
    page = read(of(address))
    names = {number: f"{number} “{name}”" for number, name in results.of(Job.objects.get()).names.items()}
    spoken = [text(each) for each in page.select("h1, figcaption, p.measured, main > ul:last-of-type li")]
    found = [words.capital(each) for said in spoken for each in re.findall(r"\b[Ss]egment \d+(?: “[^”]*”)?", said)]
    assert set(found) <= set(names.values())
    assert found


@pytest.mark.parametrize(
    ("show", "column", "write"), [("customers", "active", "{:,}".format), ("revenue", "revenue", words.short)]
)
def test_it_also_tells_customers_and_revenue(of, cohorts, show, column, write):
    assert rows(read(of(f"retention?show={show}")), "Cohorts") == shown(cohorts, cohorts[column].map(write))


def test_no_count_of_a_few_is_told_to_a_reader(of, cohorts):
    assert cohorts["few"].any()
    page = read(of("retention?show=customers"))
    told = [int(cell.text.replace(",", "")) for cell in page.select(".triangle td") if cell.text.strip().isdigit()]
    assert told
    assert min(told) >= 10


def test_darker_is_more(of):
    cells = read(of()).select(".triangle td[class^=shade]")
    shades = {int(cell.text): int(cell["class"][0].removeprefix("shade-")) for cell in cells}
    assert [shades[rate] for rate in sorted(shades)] == sorted(shades.values())
    assert max(shades.values()) == 9


def test_curves_and_their_table_say_the_same_of_each_segment(of, finished):
    rates = pd.read_parquet(finished / "data/processed/return_rates.parquet").dropna(subset="segment")
    assert len(rates)
    page = read(of())
    shares = zip(*(rates[name].map(words.percent) for name in ("rate", "low", "high")), strict=True)
    cells = rates.assign(text=[f"{rate} ({low} to {high})" for rate, low, high in shares])
    cells = cells[~cells["active"].between(1, 9)]  # what a reader is not told
    wide = cells.pivot(index="age", columns="segment", values="text").fillna("").reset_index()
    assert rows(page, "Rates by segment") == wide.astype({"age": "str"}).to_numpy().tolist()
    assert len(page.select("svg .line")) == rates["segment"].nunique() + len(
        pd.read_parquet(finished / "data/processed/second_orders.parquet").fillna(0)["segment"].unique()
    )


def test_the_words_are_the_reports(of, finished):
    told = json.loads((finished / "reports/content/retention.json").read_text(encoding="utf-8"))
    page = read(of())
    assert page.h1.text == told["headline"]
    assert rows(page, "Second orders") == told["second_order"]["rows"]
    learned = page.select("main > ul:last-of-type li")
    assert [without_names(item.text.strip()) for item in learned] == told["learned"]


def test_what_it_cannot_show_is_said(of):
    answer = of("retention?show=<b>")
    assert answer.status_code == 422
    assert "The triangle can show per cent that ordered, customers, net revenue" in answer.content.decode()


@pytest.fixture
def study_of(db):
    """A study whose run has told this of chapters, and nothing else."""

    def make(folder, **told):
        study = Study.objects.create(title="A list")
        job = Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.FINISHED)
        (folder / "reports/content").mkdir(parents=True)
        for name, said in told.items():
            (folder / f"reports/content/{name}.json").write_text(json.dumps(said), encoding="utf-8")
        folder_of(job).parent.mkdir(parents=True, exist_ok=True)
        folder_of(job).symlink_to(folder)
        return study

    return make


def test_without_transactions_it_says_so_in_a_sentence(study_of, person, at, tmp_path):
    study = study_of(tmp_path, retention=retention.content(None))
    page = read(at(person("rita", study, Role.READER)).get(f"/studies/{study.id}/retention"))
    assert "This study has no transactions" in page.main.text
    assert page.select("table, svg") == []


@pytest.mark.parametrize("name", ["retention", "value", "model"])
def test_an_older_run_is_said_to_be_older(study_of, person, at, tmp_path, name):
    study = study_of(tmp_path)
    page = read(at(person("rita", study, Role.READER)).get(f"/studies/{study.id}/{name}"))
    assert "run the study again" in page.main.text


@pytest.mark.parametrize("name", ["retention", "value", "model"])
def test_the_page_of_another_study_is_not_there(shop, person, at, name):
    assert at(person("eve")).get(f"/studies/{shop.id}/{name}").status_code == 404


def test_on_a_phone_nothing_moves_sideways_and_nothing_is_refused(explorer, browser):
    study = explorer.manage("from customer_segments.web.models import *; print(Study.objects.get().id)").strip()
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.goto(explorer.base + explorer.entrance)
    page.fill("input[name=email]", "ada@example.org")
    for field in ("password1", "password2"):
        page.fill(f"input[name={field}]", "correct horse battery staple")
    page.click("main button")
    for name in ("retention", "value", "model"):
        page.goto(f"{explorer.base}/studies/{study}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.locator("h1").is_visible()
    assert told == []
