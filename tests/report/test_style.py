"""What the style sheet promises of any page, on pages of a few lines in a real browser."""

import pytest

from customer_segments.pages.plots import palette
from customer_segments.pages.report.chapters import style

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def shown(browser):
    """Show a page of these lines, by default on a phone."""

    def show(*lines: str):
        page = browser.new_page(viewport=PHONE)
        page.set_content(f"<!DOCTYPE html><style>{style()}</style><main>{''.join(lines)}</main>")
        return page

    return show


def test_a_table_wider_than_a_phone_scrolls_by_itself_under_a_shade(shown):
    row = "".join(f"<td>column {place}</td>" for place in range(6))
    page = shown(f'<figure><div class="table"><table><tr>{row}</tr></table></div></figure>')
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.locator(".table").evaluate("table => table.scrollWidth") > PHONE["width"]
    shades = page.locator(".table").evaluate("table => getComputedStyle(table).backgroundAttachment")
    assert shades == "local, local, scroll, scroll"


def test_a_figure_is_drawn_nearly_as_wide_as_a_phone_and_no_wider(shown):
    page = shown('<figure><svg class="drawing" style="--drawn: 400" viewBox="0 0 400 90"></svg></figure>')
    width = page.locator("svg").evaluate("image => image.getBoundingClientRect().width")
    assert PHONE["width"] - 20 < width <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_on_paper_a_table_goes_on_on_the_next_page_between_rows_and_a_picture_does_not(shown):
    rows = "<tr><td>1</td></tr>" * 3
    page = shown(f'<figure><table>{rows}</table></figure><figure><svg class="drawing"></svg></figure>')
    page.emulate_media(media="print")
    inside = "each => getComputedStyle(each).breakInside"
    assert [figure.evaluate(inside) for figure in page.locator("figure").all()] == ["auto", "avoid"]
    assert page.locator("tr").first.evaluate(inside) == "avoid"
    assert page.locator("tr").last.evaluate("row => getComputedStyle(row).breakBefore") == "avoid"


def test_the_sheets_colours_are_the_palettes():
    assert style().startswith(palette.sheet())


def test_a_cell_takes_the_colour_of_its_side_of_the_paper(shown):
    page = shown(
        '<table class="shaded"><tr><td>0</td><td style="--shade: 0.50">1</td>'
        '<td class="below" style="--shade: 0.50">2</td></tr></table>'
    )
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds += page.evaluate(
            "[...document.querySelectorAll('td')].map(each => getComputedStyle(each).backgroundColor)"
        )
    assert len(set(grounds)) == 6


def test_paper_is_light_whatever_the_screen(shown):
    page = shown("<p>Ink.</p>")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
