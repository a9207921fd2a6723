import html
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from customer_segments.base import registry
from customer_segments.base.errors import StudyError
from customer_segments.base.params import load_params
from customer_segments.pages.report.chapters import chapters_of
from customer_segments.run.publish import COMPARED, compared, publish, results
from tests.report.shop import VERDICT, finished_study, profiles_of_two
from tests.report.test_accounts import ledger
from tests.support import PROJECT

OTHER_NAMES = ("ikely still active", "probability of being active", "likely to be customers still", '"Still customers"')


@pytest.fixture
def params():
    return load_params(PROJECT / "params.yaml")


@pytest.fixture
def profiles():
    return profiles_of_two()


@pytest.fixture
def study(tmp_path, profiles):
    """A folder with what the stages before `publish` make."""
    return finished_study(tmp_path, profiles)


def published(study, params):
    publish(study, params)
    return study.existing("reports/index.html").read_text(encoding="utf-8")


@pytest.fixture
def page(study, params):
    return published(study, params)


class Tags(HTMLParser):
    """All tags with their attributes, and which were left open."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

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
        "Many &amp; few Segment 2 70% of customers (70) 20% of net revenue Few orders: 3 orders (all customers: 5)"
    ) in text_of(page)


def test_text_from_data_is_escaped(page):
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Older: &lt;b&gt;" in page


def test_the_page_needs_nothing_from_outside_and_every_tag_is_closed(page):
    tags = Tags(page)
    assert tags.open == []
    assert not re.search(r"https?:|//[a-z]|url\((?!#)|@import", re.sub('base64,[^"]+', "", page))
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in tags.attributes("svg"))
    assert len(tags.attributes("svg")) == 1


def test_links_lead_to_the_chapters_and_the_table_beside_the_page(page, params):
    links = {link["href"] for link in Tags(page).attributes("a")}
    links -= {"#segment-1", "#segment-2", "lists/segment_1.csv", "lists/segment_2.csv"}
    assert links == {
        "#content",
        "index.html",
        "segmented_customers.csv",
        "brief.pdf",
        "figures/profiling/map.csv",
        *(chapter.page for chapter in chapters_of(params.study.published)),
    }
    assert all(chapter.question in page for chapter in chapters_of(params.study.published))


def test_rows_are_accounted_for_in_a_line(study, params):
    text = text_of(published(study, params))
    assert "Used 10 of 10 rows of customers, 97 of 100 rows of transactions, 97.4% of the money that came in" in text
    study.write_table(ledger(rows_after=[10, 97, 97, 95]), "data/interim/ledger.parquet")
    assert "(2 rows are not accounted for)" in text_of(published(study, params))
    study.write_json(
        {"customers": 100, "money": {"in": 10_000.0, "used": 10_210.0}}, "reports/metrics/preprocessing.json"
    )
    said = "102.1% of the money that came in after returns (rows left out gave back more than they sold); why"
    assert said in text_of(published(study, params))


def test_where_all_rows_are_used_of_one_day_nothing_is_said_of_others_nor_of_a_period(study, params):
    day = pd.DataFrame({"ordered_at": pd.to_datetime(["2024-03-01 10:00", "2024-03-01 20:00"])})
    study.write_table(day, "data/interim/lines.parquet")
    study.write_table(ledger().assign(rows_rejected=0, rows_before=10, rows_after=10), "data/interim/ledger.parquet")
    text = text_of(published(study, params))
    assert "Period 1 Mar 2024" in text
    assert "1 Mar 2024 –" not in text
    assert "what was looked for , row by row" in text
    assert "why the others are not" not in text


def test_the_verdict_stands_before_everything_else_and_leads_to_its_reasons(page):
    text = text_of(page)
    assert text.index("There are groups.") < text.index("What to do first") < text.index("Customers 100")
    assert '<a href="04_validation.html">There are groups.</a>' in page


def test_what_to_do_is_ranked_by_the_money_that_it_may_bring(study, params, profiles):
    stakes = {"may_bring": [20.0, 4000.0], "tested": ["No: too few", "Yes: hold out 31"]}
    study.write_table(profiles.assign(**stakes), "data/processed/profiles.parquet")
    text = text_of(published(study, params))
    first = text.index("70 Ask them. €4,000 Yes: hold out 31 CSV")
    assert first < text.index("30 Thank them. €20.00 No: too few CSV") < text.index("Who they are")


def test_what_has_changed_stands_after_what_to_do(study, params):
    said = [{"title": "76% fewer <b>new</b> customers", "figures": "192 first orders."}]
    changed = {
        "available": True,
        "headline": None,
        "changes": {"told": {"1": said[0]}, "nothing": None, "rule": "By weeks."},
    }
    study.write_json(changed, "reports/metrics/retention.json")
    page = published(study, params)
    assert "<b>76% fewer &lt;b&gt;new&lt;/b&gt; customers.</b> 192 first orders." in page
    changed["changes"] = {"told": {}, "nothing": "Nothing has moved.", "rule": "By weeks."}
    study.write_json(changed, "reports/metrics/retention.json")
    assert "What has changed Nothing has moved." in text_of(published(study, params))


@pytest.mark.parametrize(
    ("verdict", "headline"),
    [
        (
            "a useful cut of a continuum",
            "A useful cut, not separate groups: one of two segments, 30% of customers, brings",
        ),
        ("not supported by the data", "The data do not support these segments: one of two segments, 30% of customers,"),
    ],
)
def test_the_headline_follows_the_verdict(study, params, verdict, headline):
    study.write_json(VERDICT | {"verdict": verdict}, "data/processed/verdict.json")
    assert f"<h1>{headline}" in published(study, params)


def test_sizes_of_segments_that_are_not_there_are_no_finding(study, params, profiles):
    study.write_json(VERDICT | {"verdict": "not supported by the data"}, "data/processed/verdict.json")
    without = profiles.drop(columns=["orders", "revenue", "revenue_share"])
    study.write_table(without.assign(name=["Segment 1: older", "Young"]), "data/processed/profiles.parquet")
    text = text_of(published(study, params))
    assert "The data do not support the two segments that were tried There are groups." in text
    assert "Segment 1: older 30% of customers (30)" in text
    assert "Young Segment 2 70% of customers (70)" in text


@pytest.mark.parametrize(
    ("kept", "seen", "told"),
    [
        (0.94, 0.9, "94% of the distances between them show, the most that can. "),
        (0.94, 0.7, "the most that can; of that between “{}” and “{}” 70%. "),
        (1.0, 1.0, "; the distances between them are shown as they are. "),
        (1.0, None, "One segment, as its customers differ most "),
    ],
)
def test_the_map_says_what_it_shows_and_where_it_misleads(study, params, profiles, kept, seen, told):
    least = None if seen is None else {"one": 1.0, "other": 2.0, "seen": seen}
    told_of = {"kept": kept, "least_seen": least, "nearest": least}
    study.write_json({"plane": told_of}, "reports/metrics/profiling.json")
    page = re.sub("</(figcaption|p)>", " ", published(study, params))
    assert html.escape(told.format(*profiles["name"])) in page
    assert ("of that between" in page) == ("of that between" in told)


def test_without_a_verdict_no_page_is_made(study, params):
    (study.root / "data/processed/verdict.json").unlink()
    with pytest.raises(StudyError, match=r"verdict\.json is not there") as missing:
        publish(study, params)
    assert missing.value.stage == "validation"


def test_value_and_what_to_do_stand_in_the_table(study, params, profiles):
    told = {
        "expected_value": [812.3, None],
        "alive_probability": [0.9, None],
        "worth": ["€5.", ""],
        "test": ["50.", ""],
        "tested": ["No: too few", ""],
    }
    study.write_table(profiles.assign(**told), "data/processed/profiles.parquet")
    study.write_json({"available": True, "headline": "Four in ten return"}, "reports/metrics/retention.json")
    text = text_of(published(study, params))
    assert "30 €812 Thank them. No: too few" in text
    assert "90% likely still customers" in text
    assert "Do they come back, and what are they worth? Four in ten return." in text


def test_how_sure_the_expected_value_is_stands_in_the_table(study, params, profiles):
    study.write_table(profiles.assign(expected_value=[812.3, 60.0]), "data/processed/profiles.parquet")
    spans = {"1": {"low_80": 650.0, "high_80": 1010.0, "doubtful": False, "before": 700.0, "missed_by": None}}
    spans["2"] = {"low_80": 20.0, "high_80": 180.0, "doubtful": True, "missed_by": 0.614}
    told = {"available": True, "headline": None, "by_segment": spans}
    study.write_json(told, "reports/metrics/lifetime_value.json")
    text = text_of(published(study, params))
    assert "30 €700 €812 €650 to €1,010 Thank them." in text
    assert "70 – €60.00 €20.00 to €180, not to be relied upon Ask them." in text


def test_one_probability_has_one_name_on_all_pages(study, params, profiles):
    told = profiles.assign(expected_value=[812.3, 5.0], alive_probability=[0.9, 0.5])
    study.write_table(told, "data/processed/profiles.parquet")
    assert "90% likely still customers" in text_of(published(study, params))
    assert registry.label("alive_probability") == "Likely still customers"
    pages = PROJECT / "src/customer_segments"
    texts = "".join(
        path.read_text("utf-8") for kind in ("py", "j2", "typ", "html") for path in pages.rglob(f"*.{kind}")
    )
    assert [other for other in OTHER_NAMES if other in texts] == []


def test_what_a_segment_of_a_few_customers_did_is_not_shown(study, params, profiles):
    few = profiles.assign(
        customers=[9, 91],
        expected_value=[812.3, 4.0],
        alive_probability=0.5,
        too_few=[True, False],
        untold=[True, True],
    )
    study.write_table(few, "data/processed/profiles.parquet")
    text = text_of(published(study, params))
    assert "€812" not in text
    assert "<b>80%</b> of net revenue" not in text
    assert "€4.00 expected from them" not in text  # or the sum of both would tell it


def test_customers_who_fit_no_segment_are_no_segment(study, params, profiles):
    named = profiles.assign(segment=[1, 0], name=["Few & dear", "Not assigned"])
    study.write_table(named, "data/processed/profiles.parquet")
    study.write_json({"plane": {"kept": 0.5, "least_seen": None, "nearest": None}}, "reports/metrics/profiling.json")
    text = text_of(published(study, params))
    assert "Segments 1 " in text
    assert "Not assigned 70% of customers (70)" in text


def test_simulated_data_are_called_so(page):
    assert "simulated data" in text_of(page)


def test_parameters_set_by_hand_are_listed_and_others_are_not(study, params):
    own = {
        "clustering": params.clustering.model_copy(update={"k": 7}),
        "profiling": params.profiling.model_copy(update={"playbook": params.profiling.playbook[:1]}),
    }
    page = published(study, params.model_copy(update=own))
    assert "Clustering: <code>k = 7</code>" in page
    assert "playbook =" not in page  # it is too long for a line
    assert "silhouette_sample" not in page


def test_a_study_without_transactions_has_a_page_too(study, params, profiles):
    study.write_table(profiles.drop(columns=["orders", "revenue", "revenue_share"]), "data/processed/profiles.parquet")
    (study.root / "data/interim/lines.parquet").unlink()
    page = published(study, params)
    text = text_of(page)
    assert "<h1>Two segments; the largest, “Many &amp; few”, holds 70% of the customers</h1>" in page
    assert "Orders" not in text
    assert "Period" not in text


def test_a_missing_figure_is_named_with_the_stage_that_makes_it(study, params):
    (study.root / "reports/figures/map.svg").unlink()
    with pytest.raises(StudyError, match=r"map\.svg is not there") as missing:
        publish(study, params)
    assert missing.value.stage == "profiling"


def test_publishing_twice_gives_the_same_bytes(page, study, params):
    assert published(study, params) == page


def test_no_customer_is_named(page):
    assert "customer_id" not in page


def test_runs_are_compared_by_the_same_numbers_whatever_a_study_has(study, params, profiles):
    publish(study, params)
    summary = study.read_json("reports/metrics/summary.json")
    assert list(summary) == [*dict(COMPARED), "net_revenue"]
    assert (summary["customers"], summary["k"], summary["verdict"]) == (100, 2, "distinct groups")
    assert summary["net_revenue"] == profiles["revenue"].sum()
    assert {summary[name] for name in ("lines_used", "explained_spend", "orders_error", "alive_probability")} == {None}
    study.write_table(profiles.drop(columns="revenue"), "data/processed/profiles.parquet")
    assert compared(results(study))["net_revenue"] is None


def test_programs_are_told_what_the_front_page_says_of_its_figures(study, params, profiles):
    publish(study, params)
    said = study.read_json("reports/content.json")
    assert set(said["map"]) == {"alt", "title", "caption"}
    assert [card["segment"] for card in said["cards"]] == profiles["segment"].tolist()
    assert said["smallest_group"] == params.privacy.smallest_group
    assert isinstance(said["changes"], list)
