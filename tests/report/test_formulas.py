"""Formulas of the notebooks become MathML: every one that is written, and nothing else of the prose."""

import nbformat
import pytest

from customer_segments.pages.report.chapters import CHAPTERS
from customer_segments.pages.report.formulas import FORMULA, in_prose
from tests.support import PROJECT


@pytest.mark.parametrize(
    ("formula", "inside"),
    [
        ("x", "<mi>x</mi>"),
        (r"\alpha", "<mi>α</mi>"),
        ("1.5", "<mn>1.5</mn>"),
        ("b - a", "<mi>b</mi><mo>−</mo><mi>a</mi>"),
        ("t_x", "<msub><mi>t</mi><mi>x</mi></msub>"),
        ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("x^{r + x}", "<msup><mi>x</mi><mrow><mi>r</mi><mo>+</mo><mi>x</mi></mrow></msup>"),
        (r"\frac{1}{n}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>n</mi></mrow></mfrac>"),
        (r"\sum_i x", "<munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi>"),
        (r"\bar{x}", '<mover accent="true"><mrow><mi>x</mi></mrow><mo>¯</mo></mover>'),
        (r"\text{a < b}", "<mtext>a &lt; b</mtext>"),
        (r"\max(a)", '<mi>max</mi><mo stretchy="false">(</mo><mi>a</mi><mo stretchy="false">)</mo>'),
        (r"\left(a\right)^2", "<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow><mn>2</mn></msup>"),
        ("x > 0", "<mi>x</mi><mo>&gt;</mo><mn>0</mn>"),
    ],
)
def test_a_formula_within_a_line(formula, inside):
    assert in_prose(f"Of ${formula}$ it is said.") == f"Of <math>{inside}</math> it is said."


def test_a_formula_on_a_line_of_its_own():
    assert in_prose("$$a\n+ b$$") == '<math display="block"><mi>a</mi><mo>+</mo><mi>b</mi></math>'


def test_a_sign_that_is_not_known_is_said():
    with pytest.raises(ValueError, match=r"no sign is known for \\oint"):
        in_prose(r"$\oint x$")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stage)
def test_every_formula_of_a_notebook_can_be_shown(chapter):
    notebook = nbformat.read(PROJECT / chapter.notebook, as_version=4)
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    shown = in_prose(prose)
    assert "$" not in shown
    assert shown.count("<math") == len(FORMULA.findall(prose))
    assert "\\" not in shown
