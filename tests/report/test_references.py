"""Every paper that a chapter names is listed at its end, and every listed paper is named by a chapter."""

import re

import nbformat
import pytest

from customer_segments.pages.clustering.segments import PAPERS
from customer_segments.pages.report.chapters import CHAPTERS, _references, papers
from tests.support import PROJECT

CITED = re.compile(r"(?:[A-Z][^\W\d_]+(?:, | and ))*[A-Z][^\W\d_]+ (?:18|19|20)\d\d\b")


def prose(chapter) -> list[str]:
    notebook = nbformat.read(PROJECT / chapter.notebook, as_version=4)
    return [" ".join(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown"]


def test_every_paper_that_is_named_is_known_and_every_one_known_is_named():
    named = {name for chapter in CHAPTERS for text in prose(chapter) for name in CITED.findall(text)}
    named |= {paper.removeprefix("after ") for paper in PAPERS.values()}
    assert named == set(papers())


@pytest.mark.parametrize("name", papers())
def test_a_paper_is_told_with_authors_year_and_title(name):
    *_, year = name.split()
    families = re.split(r", | and ", name.removesuffix(f" {year}"))
    authors, title = papers()[name].split(f" ({year}): ")
    assert re.findall(r"(?:^|, | and )([^\W\d_]{2,}),", authors) == families
    assert title.count("*") == 2 or "Technical note" in title
    assert re.search(r"(\.|doi:10\.\d{4,}/\S+)$", title)


def test_references_follow_what_is_named_in_prose_and_under_figures():
    notebook = nbformat.v4.new_notebook()
    assert _references(notebook) == []
    shown = nbformat.v4.new_output("display_data", {"text/html": "<p>a tree (Ward 1963)</p>"})
    notebook.cells = [
        nbformat.v4.new_markdown_cell("As by Hennig and\nLin 2015."),
        nbformat.v4.new_code_cell("show()", outputs=[shown]),
    ]
    (cell,) = _references(notebook)
    heading, _, *lines = cell.source.splitlines()
    assert heading == "## References"
    assert [line[:10] for line in lines] == ["- Hennig, ", "- Ward, J."]


def test_pages_end_with_the_papers_that_they_name(small_shop):
    for chapter in CHAPTERS:
        page = small_shop.path(f"reports/{chapter.page}").read_text(encoding="utf-8")
        named = any(name in text for text in prose(chapter) for name in papers())
        assert ('id="References"' in page) == named, chapter.page
