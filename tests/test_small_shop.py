"""The whole pipeline on a small shop: what it makes, its pages, and what DVC does with changes."""

import json
import re
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
from dvc.utils.serialize._yaml import dumps_yaml, parse_yaml_for_update
from sklearn.metrics import adjusted_rand_score

from customer_segments.pages.report.chapters import CHAPTERS
from customer_segments.run.pipeline import OUTPUTS
from tests.support import PROJECT, Study, fingerprints

PAGES = ["index.html", *(chapter.page for chapter in CHAPTERS)]
PIXELS = re.compile(r'href="data:image/png;base64,[^"]*"')


class Page(HTMLParser):
    """What a page refers to, and its figures."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.name = path.name
        self.addresses: list[str] = []
        self.figures: list[str] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.addresses += [found[key] for key in ("src", "href", "action", "srcset") if found.get(key)]
        if tag == "svg" and "aria-hidden" not in found:
            self.figures.append(found["aria-label"] or "")

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module", params=PAGES)
def page(request, small_shop) -> Page:
    return Page(small_shop.path("reports") / request.param)


def test_every_output_is_there(small_shop):
    for path in chain.from_iterable(OUTPUTS.values()):
        assert small_shop.path(path).exists(), path


def test_git_is_left_clean_but_for_the_lock(small_shop):
    ignored = small_shop.run("git", "check-ignore", "data/raw", "reports/index.html", "data/interim").stdout.split()
    assert ignored == ["data/raw", "reports/index.html", "data/interim"]


def test_no_page_refers_to_anything_outside(page):
    inside = ("figures/", "#", "assets/plotly.min.js", "segmented_customers.csv", "brief.pdf", "lists/")
    assert all(address.startswith(inside) or address.partition("#")[0] in PAGES for address in page.addresses)


def test_links_to_a_part_of_a_page_lead_there(page, small_shop):
    for name, _, part in (address.partition("#") for address in page.addresses if "#" in address):
        assert f'id="{part}"' in small_shop.path(f"reports/{name or page.name}").read_text(encoding="utf-8"), part


def test_the_style_fetches_nothing(small_shop):
    for name in PAGES:
        assert not re.search(r"@import|url\((?!#)", small_shop.path(f"reports/{name}").read_text(encoding="utf-8"))


def test_every_figure_has_a_text_in_its_place(page):
    assert bool(page.figures) == (page.name != "09_replication.html")  # nobody published figures of the small shop
    assert all(len(told) > 20 for told in page.figures)


def test_what_a_figure_shows_is_a_file_beside_the_page(page, small_shop):
    files = [address for address in page.addresses if address.startswith("figures/")]
    assert bool(files) == (page.name != "09_replication.html")
    assert len(files) == len(set(files))
    for file in files:
        header, *rows = small_shop.path(f"reports/{file}").read_text(encoding="utf-8").splitlines()
        assert "," in header
        assert rows


def test_no_page_shows_a_traceback_a_warning_or_a_gap_in_a_calculation(page):
    for word in ("Traceback", "Warning", "Error:", "NaN", "nan%"):
        assert word not in page.text, word


def test_no_page_singles_out_a_customer(page, small_shop):
    customers = pd.read_csv(small_shop.path("data/raw/demo/customers.csv"), dtype=str)["CustomerID"].dropna()
    assert customers.str.fullmatch(r"\d{6}").all()
    assert set(re.findall(r"\b\d{6}\b", page.text)).isdisjoint(customers)


def test_pages_are_small_without_their_pixels(small_shop):
    for name in PAGES:
        html = PIXELS.sub("", small_shop.path(f"reports/{name}").read_text(encoding="utf-8"))
        assert len(html.encode()) < 300_000, name


def test_the_front_page_is_light_with_its_pixels(small_shop):
    assert small_shop.path("reports/index.html").stat().st_size < 900_000


def test_the_ledger_adds_up_to_the_rows_received(small_shop):
    ledger = pd.read_parquet(small_shop.path("data/interim/ledger.parquet"))
    received = json.loads(small_shop.path("data/raw/source.json").read_text())["tables"]
    for table, steps in ledger.groupby("table", sort=False):
        assert steps["rows_before"].iloc[0] == received[table]["rows"]
        assert (steps["rows_before"] - steps["rows_rejected"] == steps["rows_after"]).all()
        assert (steps["rows_after"].shift().iloc[1:] == steps["rows_before"].iloc[1:]).all()


def test_everyone_used_has_exactly_one_segment_and_a_name(small_shop):
    segmented = pd.read_parquet(small_shop.path("data/processed/segmented_customers.parquet"))
    features = pd.read_parquet(small_shop.path("data/processed/features.parquet"))
    assert segmented["customer_id"].is_unique
    assert set(segmented["customer_id"]) == set(features["customer_id"])
    assert segmented.groupby("segment")["segment_name"].nunique().eq(1).all()
    assert segmented["segment_name"].nunique() == segmented["segment"].nunique()


def test_models_apply_to_customers_they_have_not_seen(small_shop):
    read = __import__("joblib").load
    customers = pd.read_parquet(small_shop.path("data/processed/customers.parquet"))
    features = pd.read_parquet(small_shop.path("data/processed/features.parquet")).drop(columns="customer_id")
    segments = pd.read_parquet(small_shop.path("data/processed/segments.parquet"))
    prepared = read(small_shop.path("data/models/preprocessor.joblib")).transform(customers.head(20))
    assigned = read(small_shop.path("data/models/segmenter.joblib")).predict(prepared[features.columns].round(6))
    assert list(assigned) == list(segments["segment"].head(20))


def test_nothing_changed_means_nothing_runs(small_shop):
    assert "Running stage" not in small_shop.dvc("repro").stdout


@pytest.mark.long
def test_a_changed_k_reruns_clustering_and_what_follows_and_can_be_brought_back(copied_shop: Study):
    copied_shop.run("git", "add", "--all")
    commit = ("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "first")
    copied_shop.run(*commit)
    before = json.loads(copied_shop.path("reports/metrics/clustering.json").read_text())
    committed, kept = copied_shop.path("params.yaml").read_text().splitlines(), fingerprints(copied_shop.folder)
    printed = copied_shop.dvc("exp", "run", "--name", "three", "-S", "clustering.k=3").stdout
    assert re.findall(r"Running stage '(\w+)'", printed) == [
        "clustering",
        "validation",
        "pca",
        "retention",
        "lifetime_value",
        "profiling",
        "replication",
        "publish",
    ]
    after = json.loads(copied_shop.path("reports/metrics/clustering.json").read_text())
    assert after["k"] == 3
    changes = copied_shop.path("params.yaml").read_text().splitlines()
    assert sum(line not in committed for line in changes) == 1
    assert "clustering.k" in copied_shop.dvc("params", "diff").stdout
    table = copied_shop.dvc("exp", "show", "--only-changed", "--drop", ".*/.*", "--csv").stdout.splitlines()
    assert any("three" in row for row in table)
    columns = table[0].split(",")
    assert {"k", "silhouette", "clustering.k"} <= set(columns)
    assert len(columns) <= 25
    shown = json.loads(copied_shop.dvc("metrics", "show", "--json").stdout)[""]["data"]
    assert sum(len(file["data"]) for file in shown.values()) <= 25
    assert not any(isinstance(value, dict) for file in shown.values() for value in file["data"].values())
    assert "WARNING" not in copied_shop.dvc("plots", "diff").stderr
    assert "Silhouette by number of segments" in copied_shop.path("dvc_plots/index.html").read_text()
    assert before["k"] != 3
    assert re.search(rf"summary\.json +k +{before['k']} +3 ", copied_shop.dvc("metrics", "diff").stdout)
    page = copied_shop.path("reports/03_clustering.html").read_text()
    assert "k = 3" in page
    copied_shop.run("git", "checkout", "--quiet", "HEAD", "--", "params.yaml")
    assert "Running stage" not in copied_shop.dvc("repro").stdout  # all of it is looked up
    assert fingerprints(copied_shop.folder) == kept
    copied_shop.run("git", "checkout", "--quiet", "HEAD", "--", ".")
    assert "k = 3" not in copied_shop.path("reports/03_clustering.html").read_text()
    copied_shop.dvc("exp", "apply", "three")
    assert copied_shop.path("reports/03_clustering.html").read_text() == page


def test_what_was_made_is_recorded_as_dvc_itself_records_it(small_shop):
    written = small_shop.path("dvc.lock").read_text(encoding="utf-8")
    with_comments = parse_yaml_for_update(written, "dvc.lock")
    assert list(with_comments["stages"]) == list(OUTPUTS)
    assert dumps_yaml(with_comments) == written


@pytest.mark.long
def test_a_queued_experiment_runs_the_code_of_its_own_commit(copied_shop: Study):
    package = copied_shop.own_package()
    copied_shop.run("git", "add", "--all")
    copied_shop.run("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "first")
    sentences = package / "pages/profiling/tables.py"
    sentences.write_text(sentences.read_text().replace("High and low are meant", "Far up and far down are meant"))
    copied_shop.dvc(
        "exp", "run", "--queue", "--name", "queued", "-S", "profiling.traits=2", "--single-item", "profiling"
    )
    copied_shop.dvc("exp", "run", "--run-all")
    copied_shop.dvc("exp", "apply", "queued")
    assert "Far up and far down are meant" in copied_shop.path("reports/08_profiling.html").read_text()


def test_the_planted_kinds_are_recovered_from_300_customers_but_perhaps_the_rarest(small_shop):
    planted = pd.read_csv(small_shop.path("data/raw/demo/planted.csv"), dtype=str)
    found = pd.read_parquet(small_shop.path("data/processed/segments.parquet")).merge(planted, on="customer_id")
    kinds = planted["kind"].value_counts()
    assert kinds.min() <= 30  # so few that they may be taken for others
    assert found["segment"].nunique() in (len(kinds) - 1, len(kinds))
    assert adjusted_rand_score(found["kind"], found["segment"]) >= 0.6


def test_no_stage_reads_the_planted_kinds():
    readers = [path.name for path in (PROJECT / "src").rglob("*.py") if "planted" in path.read_text(encoding="utf-8")]
    assert sorted(readers) == ["demo.py", "demo_life.py"]
    assert not any("planted" in path.read_text(encoding="utf-8") for path in (PROJECT / "notebooks").glob("*.ipynb"))


def test_run_all_works_from_the_notebooks_own_folder(copied_shop):
    chapter = next(chapter for chapter in CHAPTERS if chapter.stage == "pca")  # all begin alike
    metrics = copied_shop.path(f"reports/metrics/{chapter.stage}.json")
    before = metrics.read_text()
    code = (
        "import nbformat, nbclient, sys; notebook = nbformat.read(sys.argv[1], 4); "
        "nbclient.NotebookClient(notebook, kernel_name='python3').execute()"
    )
    copied_shop.run("sh", "-c", f'cd notebooks && python -c "{code}" {Path(chapter.notebook).name}')
    assert metrics.read_text() == before  # under the study's own parameters, not those of the demo
