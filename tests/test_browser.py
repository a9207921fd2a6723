"""The pages in a real browser, opened as files: nothing fetched, nothing cut off, every control works."""

import re

import pytest

from customer_segments.base import registry
from customer_segments.base.params import load_params
from customer_segments.pages.plots import palette, style
from customer_segments.pages.plots.inline import within_page
from customer_segments.pages.report.chapters import chapters_of
from customer_segments.pages.report.signs import with_its_signs
from customer_segments.run.publish import publish
from tests.axe import violations
from tests.report.shop import finished_study, profiles_of_two
from tests.support import PROJECT
from tests.test_small_shop import PAGES

DESKTOP, PHONE, PAPER = 1280, 390, 680  # the last is A4 between its margins
ACROSS = "document.documentElement.scrollWidth"

SMALLEST = 10.5  # pixels that a letter in a figure is high on a phone
# Of each figure, words that its frame cuts or that cover one another, and how high the smallest are.
WORDS_IN_FIGURES = """() => [...document.querySelectorAll("svg.drawing:has(text)")].map((figure) => {
  const frame = figure.getBoundingClientRect(), scale = frame.width / figure.viewBox.baseVal.width;
  const words = [...figure.querySelectorAll("text")].map((each) => [each.textContent, each.getBoundingClientRect()]);
  const cut = words.filter(([, at]) => at.left < frame.left - 2 || at.right > frame.right + 2);
  const covers = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 0.3 * Math.min(one.height, other.height);
  const covered = words.flatMap(([word, at], place) =>
    words.slice(place + 1).filter(([, other]) => covers(at, other)).map(([beside]) => `${word} | ${beside}`));
  const sizes = [...figure.querySelectorAll("text")].map((each) => parseFloat(getComputedStyle(each).fontSize));
  return { faults: [...cut.map(([word]) => word), ...covered], smallest: Math.min(...sizes) * scale };
})"""


@pytest.fixture
def opened(browser, small_shop):
    """Open a page at a width; returns it with what it asked for and complained about."""

    def open_page(name: str, width: int = DESKTOP):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(small_shop.path(f"reports/{name}").as_uri())
        return page

    return open_page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone_and_fetches_nothing(opened, name):
    page = opened(name)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(ACROSS) <= width
        for colours in ({"color_scheme": "light"}, {"color_scheme": "dark"}):
            page.emulate_media(**colours)
            assert violations(page) == []
    page.emulate_media(color_scheme="light", forced_colors="active")
    assert violations(page) == []
    page.emulate_media(forced_colors="none")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = false })")
    raw = [column for column in registry.COLUMNS if "_" in column and column in page.locator("main").inner_text()]
    assert raw == []
    assert page.complaints == []
    assert all(address.startswith(("file:", "data:", "blob:")) for address in page.asked)
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_is_called_by_its_finding(opened, name):
    page = opened(name)
    pictures = page.locator("figure:has(svg.drawing, .shaded, .plotly-graph-div)")
    titles = [title.strip() for title in pictures.locator("> figcaption:first-child").all_inner_texts()]
    assert len(titles) == pictures.count()
    for title in titles:
        assert page.get_by_role("figure", name=title, exact=True).count() == 1, title
        assert not title.endswith(".")
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_words_in_figures_can_be_read_on_a_phone(opened, name):
    page = opened(name, PHONE)
    found = page.evaluate(WORDS_IN_FIGURES)
    assert [word for figure in found for word in figure["faults"]] == []
    assert min((figure["smallest"] for figure in found), default=SMALLEST) >= SMALLEST
    page.close()


def test_code_is_hidden_until_asked_for(opened):
    page = opened("03_clustering.html")
    code = page.locator(".code pre")
    assert not any(each.is_visible() for each in code.all())
    page.locator(".code summary").nth(2).click()
    assert [each.is_visible() for each in code.all()[:4]] == [False, False, True, False]
    page.get_by_label("Show code").check()
    assert all(each.is_visible() for each in code.all())
    assert "import" in page.locator(".code", has_text="workspace").first.inner_text()
    page.close()


def test_whether_code_is_shown_is_remembered(opened):
    page = opened("03_clustering.html")
    page.get_by_label("Show code").check()
    page.reload()
    assert page.locator(".code pre").first.is_visible()
    page.get_by_label("Show code").uncheck()
    page.reload()
    assert not page.locator(".code pre").first.is_visible()
    page.close()


@pytest.mark.parametrize("chapter", chapters_of(None), ids=lambda chapter: chapter.stage)
def test_contents_lead_to_what_is_there(opened, chapter):
    page = opened(chapter.page)
    links = page.get_by_role("navigation", name="On this page").get_by_role("link")
    assert links.all_inner_texts() == [text.removesuffix("¶").strip() for text in page.locator("h2").all_inner_texts()]
    links.get_by_text("What we learned").click()
    assert page.locator("h2", has_text="What we learned").bounding_box()["y"] < 900
    assert page.evaluate("scrollY") > 0
    page.close()


def test_every_chapter_is_reached_from_the_front_page(opened):
    page = opened("index.html")
    for name in (chapter.page for chapter in chapters_of(None)):
        page.locator(f'nav a[href="{name}"]').first.click()
        assert page.url.endswith(name)
    page.close()


def test_the_map_turns_in_three_dimensions(opened):
    page = opened("05_pca.html")
    view = page.locator("#map-3d")
    view.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#map-3d')._fullLayout?.scene?._scene")
    camera = "JSON.stringify(document.querySelector('#map-3d')._fullLayout.scene._scene.getCamera().eye)"
    before = page.evaluate(camera)
    box = view.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 150, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_function(f"{camera} !== {before!r}", timeout=15_000)
    page.close()


def test_on_paper_the_navigation_is_gone_and_the_figures_are_there(opened):
    page = opened("08_profiling.html")
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert page.locator("figure svg").first.is_visible()
    assert len(page.pdf()) > 50_000
    page.close()


def test_on_a_phone_a_segments_name_takes_the_width_of_the_page(opened):
    page = opened("index.html", PHONE)
    assert (
        page.locator(".first th[scope=row]").first.evaluate("name => name.getBoundingClientRect().width") > PHONE * 0.8
    )
    page.close()


def test_the_front_page_takes_three_pages_of_paper_at_most(opened):
    page = opened("index.html")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3
    page.close()


def test_on_paper_a_view_that_turns_is_a_still(opened):
    page = opened("05_pca.html")
    still = page.locator(".turning .still")
    still.wait_for(state="attached", timeout=60_000)
    assert not still.is_visible()
    page.emulate_media(media="print")
    assert still.is_visible()
    assert not page.locator("#map-3d").is_visible()
    assert still.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1360
    page.close()


def test_the_table_of_what_to_do_is_as_wide_as_paper(browser, tmp_path):
    long = "Mostly customers who more often have a plan that takes many words to say"
    money = {"expected_value": 123_456.0, "may_bring": 12_345.0, "tested": "No: nearly all order anyway"}
    profiles = profiles_of_two().assign(name=long, action=f"Tell them of {long.lower()}.", **money)
    study = finished_study(tmp_path, profiles)
    held = {"low_80": 98_765.0, "high_80": 234_567.0, "before": 99_999.0, "missed_by": 0.2, "doubtful": True}
    ahead = {"available": True, "headline": "So much.", "by_segment": {"1": held, "2": held}}
    study.write_json(ahead, "reports/metrics/lifetime_value.json")
    publish(study, load_params(PROJECT / "params.yaml"))
    page = browser.new_page(viewport={"width": PAPER, "height": 900})
    page.goto((tmp_path / "reports/index.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator(".first thead th").count() == 8
    assert page.evaluate("document.querySelector('.first').scrollWidth") <= PAPER
    page.close()


@pytest.mark.parametrize("where", ["a figure", "a word by itself"])
@pytest.mark.parametrize(("one", "other"), [("日本", "中文"), ("हि", "बि"), ("ไท", "ไห"), ("ਕ", "ਖ")])
def test_every_script_is_drawn(browser, one, other, where):
    """Signs without a glyph would look alike."""
    page, seen = browser.new_page(), []
    for label in (one, other):
        content = within_page(style.svg(_drawing(label)), "A label.") if where == "a figure" else f"<p>{label}</p>"
        page.set_content(with_its_signs(f"<style>{palette.sheet()}</style>{content}"))
        page.evaluate("document.fonts.ready")
        seen.append(page.locator("svg, p").screenshot())
    page.close()
    assert seen[0] != seen[1]


def _drawing(label):
    with style.house_style():
        drawing, (axes,) = style.new_figure(1)
        axes.set_axis_off()
        axes.text(0, 0, label)
    return drawing
