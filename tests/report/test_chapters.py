"""A chapter's page: questions with an answer, a line of verdict, contents, formulas; code by cell."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from customer_segments.base.params import Params
from customer_segments.pages.report.chapters import CHAPTERS, render

SOURCE = {"tables": {"transactions": {"rows": 2, "columns": [{"ours": "unit_price"}]}}, "fingerprint": "0" * 64}
PARAMS = Params(study={"name": "own", "title": "Own", "currency": "€"}, source={"kind": "demo"})
VERDICT = {"headline": "The 3 segments are <distinct> groups."}


def shown(text: str):
    return new_code_cell("show()", outputs=[new_output("display_data", {"text/html": f"<p>{text}</p>"})])


@pytest.fixture
def page():
    """The page of chapter 4, or of another, of these cells."""

    def made(*cells, number: int = 4, verdict: dict | None = VERDICT) -> str:
        notebook = new_notebook(cells=[new_markdown_cell("# 4. Are they there?\n\nWhy it matters."), *cells])
        return render(notebook, CHAPTERS[number - 1], PARAMS, SOURCE, verdict)

    return made


def headings(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*>(.*?)<a", page)


def test_a_question_without_an_answer_is_left_out_with_what_is_said_of_it(page):
    asked = page(
        new_markdown_cell("## Silent?\n\nSecond thoughts."),
        new_code_cell("if known:\n    show()"),
        new_code_cell("pass"),
        new_markdown_cell("## Told?\n\nFirst thoughts."),
        new_code_cell("pass"),
        shown("Yes."),
    )
    assert headings(asked) == ["Told?"]
    assert "First thoughts." in asked
    assert "Second thoughts." not in asked


def test_contents_lead_to_every_part(page):
    asked = page(
        new_markdown_cell("## What's “here”, or 50 %?"), shown("Yes."), new_markdown_cell("## And?"), shown("No.")
    )
    contents = re.search(r'<nav[^>]* class="contents".*?</nav>', asked, re.DOTALL)[0]
    assert re.findall(r'href="#([^"]*)"', contents) == re.findall(r'<h2 id="([^"]*)"', asked)
    assert len(headings(asked)) == 2


def test_the_verdict_stands_under_the_heading_in_a_line_that_leads_to_it(page):
    asked = page(shown("Yes."))
    assert re.search(r'</h1><p class="judged"><a href="04_validation.html#What-is-the-verdict\?">The 3 segments', asked)
    assert "&lt;distinct&gt;" in asked
    assert 'says who they are, they go by <a href="03_clustering.html' in asked
    assert "they go by" not in page(shown("Yes."), number=8)
    assert 'class="judged"' not in page(shown("Yes."), number=3, verdict=None)


def test_formulas_are_shown_without_a_script_and_what_comes_from_data_is_no_formula(page):
    asked = page(new_markdown_cell("## How?\n\nBy $a_1$."), shown("costs $1 or $2"))
    assert "By <math><msub><mi>a</mi><mn>1</mn></msub></math>." in asked
    assert "<p>costs $1 or $2</p>" in asked


def test_the_passage_on_money_goes_wherever_its_lines_end(page):
    without = SOURCE | {"tables": {"transactions": {"rows": 2, "columns": [{"ours": "customer_id"}]}}}
    notebook = new_notebook(cells=[new_markdown_cell("# 6\n\nOrders count once; revenue\nis net of returns.")])
    told = render(notebook, CHAPTERS[5], PARAMS, without, VERDICT)
    assert "Orders count once." in told
    assert "revenue" not in re.sub("(?s)<style>.*?</style>", "", told)
