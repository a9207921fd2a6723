import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from customer_segments import workspace
from customer_segments.errors import StudyError
from customer_segments.params import load_params
from customer_segments.report import index
from customer_segments.report.chapters import CHAPTERS
from tests.report.test_accounts import ledger
from tests.support import PROJECT

PIXEL = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture
def params():
    return load_params(PROJECT / "params.yaml")


@pytest.fixture
def profiles():
    return pd.DataFrame(
        {
            "segment": [1, 2],
            "name": ["<script>alert(1)</script>", "Many & few"],
            "customers": [30, 70],
            "customer_share": [0.3, 0.7],
            "orders": [300, 200],
            "revenue": [8000.0, 2000.0],
            "revenue_share": [0.8, 0.2],
            "traits": [
                "Many orders: 10 orders (all customers: 5)\nOlder: <b>",
                "Few orders: 3 orders (all customers: 5)",
            ],
            "action": ["Thank them.", "Ask them."],
            "because": ["orders high", ""],
        }
    )


@pytest.fixture
def study(tmp_path, monkeypatch, profiles):
    """A folder with what the stages before `publish` make."""
    monkeypatch.setenv(workspace.ROOT_VARIABLE, str(tmp_path))
    monkeypatch.delenv(workspace.STAGING_VARIABLE, raising=False)
    workspace.write_table(profiles, "data/processed/profiles.parquet")
    workspace.write_table(ledger(), "data/interim/ledger.parquet")
    days = pd.DataFrame({"ordered_at": pd.to_datetime(["2024-03-01 10:00", "2025-02-28 20:00"])})
    workspace.write_table(days, "data/interim/lines.parquet")
    tables = {"transactions": {"file": "t.csv", "rows": 100, "sha256": "0"}}
    workspace.write_json({"kind": "demo", "tables": tables, "fingerprint": "abc"}, "data/raw/source.json")
    workspace.write_json({"silhouette": 0.3}, "reports/metrics/clustering.json")
    workspace.write_json({"explained_by_two": 0.5}, "reports/metrics/pca.json")
    for name in ("segments", "heatmap", "map"):
        workspace.write_bytes(PIXEL, f"reports/figures/{name}.png")
    return tmp_path


@pytest.fixture
def page(study, params):
    index.publish(params)
    return (study / "reports/index.html").read_text(encoding="utf-8")


class Tags(HTMLParser):
    """All tags with their attributes, and which were left open."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def attributes(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def text_of(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_the_finding_is_the_headline(page):
    assert "<h1>One of two segments, 30% of customers, brings 80% of the net revenue</h1>" in page


def test_key_figures_are_those_of_the_study(page):
    assert "Customers 100 Segments 2 Orders 500 Net revenue €10,000 Period 1 Mar 2024 – 28 Feb 2025" in text_of(page)


def test_each_segment_has_a_card(page):
    assert (
        "Many &amp; few Segment 2 70% of customers (70) 20% of net revenue "
        "Few orders: 3 orders (all customers: 5) What to do Ask them."
    ) in text_of(page)


def test_text_from_data_is_escaped(page):
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Older: &lt;b&gt;" in page


def test_the_page_needs_nothing_from_outside_and_every_tag_is_closed(page):
    tags = Tags(page)
    assert tags.open == []
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
    assert all(image["src"].startswith("data:image/png;base64,") and image["alt"] for image in tags.attributes("img"))
    assert len(tags.attributes("img")) == 3


def test_links_lead_to_the_chapters_and_the_table_beside_the_page(page):
    links = {link["href"] for link in Tags(page).attributes("a")}
    assert links == {"#content", "index.html", "segmented_customers.csv", *(chapter.page for chapter in CHAPTERS)}
    assert all(chapter.question in page for chapter in CHAPTERS)


def test_rows_are_accounted_for(page):
    assert "100 received = 97 used + 3 taken out." in text_of(page)
    assert "Taken out: repeated line 3 €30.00 Twice." in text_of(page)


def test_the_page_says_how_far_its_segments_can_be_trusted(page):
    assert "The separation of the segments is weak (mean silhouette 0.3, where 1 is perfect)" in text_of(page)
    assert "neither is tested in this report" in text_of(page)


def test_simulated_data_are_called_so(page):
    assert "simulated data" in text_of(page)


def test_parameters_set_by_hand_are_listed_and_others_are_not(study, params):
    changed = params.model_copy(update={"clustering": params.clustering.model_copy(update={"k": 7})})
    index.publish(changed)
    assert "Clustering: <code>k = 7</code>" in (study / "reports/index.html").read_text(encoding="utf-8")
    assert "silhouette_sample" not in (study / "reports/index.html").read_text(encoding="utf-8")


def test_a_study_without_transactions_has_a_page_too(study, params, profiles):
    workspace.write_table(
        profiles.drop(columns=["orders", "revenue", "revenue_share"]), "data/processed/profiles.parquet"
    )
    (study / "data/interim/lines.parquet").unlink()
    index.publish(params)
    text = text_of((study / "reports/index.html").read_text(encoding="utf-8"))
    assert "Two segments; the largest, “Many &amp; few”, holds 70% of the customers" in text
    assert "Shares of revenue are left out" in text
    assert "Orders" not in text
    assert "Period" not in text


def test_a_missing_figure_is_named_with_the_stage_that_makes_it(study, params):
    (study / "reports/figures/map.png").unlink()
    (study / "dvc.yaml").write_text("stages: {pca: {outs: [reports/figures/map.png]}}", encoding="utf-8")
    with pytest.raises(StudyError, match=r"map\.png is not there: run `dvc repro pca`"):
        index.publish(params)


def test_publishing_twice_gives_the_same_bytes(page, study, params):
    index.publish(params)
    assert (study / "reports/index.html").read_text(encoding="utf-8") == page
