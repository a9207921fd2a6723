"""A file of figures of one's own, from params.yaml to the page."""

import json
import re
import subprocess
import sys

import pytest

from tests.support import PROJECT

FIGURES = """\
title: A <b>paper</b>
source: Read in a library.
recipe: [Everything was counted.]
segments: {best: 1, last: %(last)s}
groups:
  - title: Customers <i>all</i>
    figures:
      customers_segmented: "%(customers)s"
      size: {best: {printed: "3", found: "%(best)s"}}
  - title: Means
    measure: summary
    figures: {orders: {min: "1"}}
corrections:
  - {said: They come once., check: single_purchase, given: {segment: best}, why: They do not.}
  - {said: They leave in month 4., check: drop_off, given: {month: 4}, why: They do not.}
"""


@pytest.fixture(scope="module")
def replicated(small_shop, tmp_path_factory):
    """The small shop with figures of its own published, and the chapter run."""
    study = small_shop.copy(tmp_path_factory.mktemp("replicated") / "study")
    sizes = json.loads(study.path("reports/metrics/clustering.json").read_text())["sizes"]
    text = FIGURES % {"last": len(sizes), "customers": sum(sizes.values()), "best": sizes["1"]}
    study.path("data/external/figures.yaml").write_text(text, encoding="utf-8")
    study.change(study={"published": "data/external/figures.yaml"})
    study.stage("replication")
    study.stage("publish")
    return study


def test_a_paper_is_replicated(replicated):
    metrics = json.loads(replicated.path("reports/metrics/replication.json").read_text())
    assert (metrics["figures"], metrics["reproduced"]) == (3, 2)
    assert list(metrics["not_reproduced"]) == ["Customers <i>all</i>: Size, best"]
    page = replicated.path("reports/09_replication.html").read_text(encoding="utf-8")
    assert page.count("<figure>") >= 5
    assert not re.search(r"\b[CK]\d{4,}\b", re.sub(r'src="data:[^"]*"', "", page)), "a customer's number"


def test_it_stands_on_the_front_page(replicated):
    front = replicated.path("reports/index.html").read_text(encoding="utf-8")
    assert "2 of 3 printed figures come out at the rounding that was printed." in front
    assert 'href="09_replication.html"' in front
    assert 'href="09_replication.html"' in replicated.path("reports/09_replication.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["index.html", "09_replication.html"])
def test_what_the_file_says_is_no_markup(replicated, page):
    text = replicated.path(f"reports/{page}").read_text(encoding="utf-8")
    assert "&lt;i&gt;all" in text
    assert "<b>paper" not in text
    assert "<i>all" not in text


def test_without_published_figures_no_page_leads_to_the_chapter(small_shop):
    for page in small_shop.path("reports").glob("*.html"):
        assert 'href="09_replication.html"' not in page.read_text(encoding="utf-8"), page.name
    metrics = json.loads(small_shop.path("reports/metrics/replication.json").read_text())
    assert metrics["figures"] == 0


def test_where_nothing_was_published_nothing_is_read(copied_shop):
    for name in ("customers", "features", "segments"):
        copied_shop.path(f"data/processed/{name}.parquet").unlink()
    copied_shop.stage("replication")


def test_what_the_chapter_imports_without_published_figures_is_light():
    notebook = PROJECT / "notebooks/09_replication.ipynb"
    [imports] = [cell for cell in json.loads(notebook.read_text())["cells"] if cell["id"] == "imports"]
    heavy = "[name for name in ('pandas', 'numpy', 'sklearn', 'ibis', 'matplotlib') if name in sys.modules]"
    imported, _, _ = "".join(imports["source"]).partition("\nhere = ")
    code = f"import sys\n{imported}\nprint({heavy})"
    assert subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True).stdout == "[]\n"


def test_a_mistake_in_the_file_is_told_and_the_earlier_page_stays(replicated):
    before = replicated.path("reports/09_replication.html").read_bytes()
    path = replicated.path("data/external/figures.yaml")
    path.write_text(path.read_text().replace('min: "1"', "min: 1"))
    failed = replicated.stage("replication", check=False)
    assert failed.returncode == 1
    assert "The published figure orders / min is 1: write it in quotes as it was printed" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert replicated.path("reports/09_replication.html").read_bytes() == before
