"""Without a mouse, and without scripts: the whole way through a study."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import PASSWORD

MAKE = """
from customer_segments.web.models import *
Person.objects.create_user("ada@example.org", {password!r}, approved=True)
print(Study.objects.get().id)
"""
LOOK = "from customer_segments.web.worker import Lane; Lane('test', ('check',)).turn()"
# Whether what has the focus can be seen: it has an outline, lies in the window, and nothing lies on it.
SEEN = """() => {
    const own = document.activeElement, style = getComputedStyle(own), place = own.getBoundingClientRect();
    const [x, y] = [place.x + Math.min(place.width / 2, 200), place.y + Math.min(place.height / 2, 20)];
    const top = document.elementFromPoint(x, y);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const free = top && (own.contains(top) || top.contains(own));
    return outlined && free ? "" : `${own.outerHTML.slice(0, 200)} outlined ${outlined}, free ${free}`;
}"""
MOST = 120  # stops on a page


class Hands:
    """Someone who has a keyboard only."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def is_at(self, wanted: str) -> bool:
        return self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted)

    def to(self, wanted: str, key: str = "Tab") -> None:
        """Go from stop to stop until there; at each it is seen where one is."""
        for _ in range(MOST):
            if self.is_at(wanted):
                return
            self.press(key)
            if not self.is_at("body"):  # between the page's end and its beginning
                assert self.page.evaluate(SEEN) == ""
        raise AssertionError(f"{wanted} is not reached on {self.page.url}")

    def follow(self, wanted: str, key: str = "Tab") -> None:
        self.to(wanted, key)
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.fixture(scope="module")
def study(explorer) -> str:
    return explorer.manage(MAKE.format(password=PASSWORD)).split()[-1]


@pytest.fixture
def hands(explorer, browser, study) -> Iterator[Hands]:
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    page.goto(f"{explorer.base}/account/login")
    yield Hands(page)
    page.close()


def test_with_a_keyboard_only(hands, study):
    page = hands.page
    hands.press("Tab")
    assert hands.is_at(".skip")
    assert page.evaluate(SEEN) == ""
    hands.press("Enter", "Tab")
    assert hands.is_at("main *")
    hands.to("input[name=login]")
    page.keyboard.type("ada@example.org")
    hands.to("input[name=password]")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        hands.press("Enter")
    hands.follow(f"main a[href='/studies/{study}']")
    hands.follow(f"nav a[href='/studies/{study}/customers']")
    hands.follow("thead th:nth-child(4) a")
    assert page.locator("thead th:nth-child(4)").get_attribute("aria-sort") == "ascending"
    hands.to("summary")
    hands.press("Space")
    hands.to("select[name=column]")
    page.keyboard.type("Orders")
    hands.to("input[name=value]")
    page.keyboard.type("3")
    with page.expect_navigation():
        hands.press("Enter")
    assert "orders is at least 3" in page.inner_text("#found [role=status]")
    hands.follow("tbody a")
    assert page.inner_text("h1").startswith("Customer ")
    hands.follow(f"nav a[href='/studies/{study}/predict']")
    hands.to("input[type=range]")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        hands.press(*["ArrowRight"] * 5)
    page.wait_for_load_state("networkidle")  # an answer that comes later would take the place of this one
    assert hands.is_at("input[type=range]")
    hands.to("#answer summary", "Shift+Tab")
    hands.press("Enter")
    assert page.locator("#answer details table").is_visible()
    hands.to("header button")
    with page.expect_navigation():
        hands.press("Enter")
    assert "/account/login" in page.url


@pytest.mark.parametrize("name", ["", "/customers", "/predict", "/segments", "/retention"])
def test_no_page_holds_a_keyboard_fast(hands, study, name):
    page = hands.page
    page.fill("input[name=login]", "ada@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto(re.sub(r"/$|$", f"/studies/{study}{name}", page.url, count=1))
    for key in ("Tab", "Shift+Tab"):
        hands.to(".skip", key)
        hands.to("header button", key)


def test_without_scripts(explorer, browser, study, tmp_path):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(explorer.base)
    page.fill("input[name=login]", "ada@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.click("main h2 a")
    page.click("nav a:text-is('Customers')")
    page.click("thead th:nth-child(4) a")
    page.click("summary:text-is('Conditions')")
    page.select_option("select[name=column]", "orders")
    page.fill("input[name=value]", "3")
    page.click("button:text-is('Find')")
    assert "orders is at least 3" in page.inner_text("#found [role=status]")
    page.click("tbody a")
    assert page.inner_text("h1").startswith("Customer ")
    page.click("nav a:text-is('Predict')")
    before = page.inner_text("#answer")
    page.fill("input[name=f1]", "40")
    page.click("button:text-is('Place it')")
    assert page.inner_text("#answer") != before
    page.click("#answer summary")
    assert page.locator("#answer details table").is_visible()
    page.click("nav a:text-is('Segments')")
    assert "The map needs a script" in page.inner_text("#map")
    _uploads(explorer, page, tmp_path)
    page.click("header button")
    page.goto(explorer.base)
    assert "/account/login" in page.url


def _uploads(explorer: Any, page: Any, folder: Any) -> None:
    """From a file to the check, and to a run, which is stopped."""
    rows = "".join(f"{n},{20 + n * 7 % 50},{(n % 3) * 40 + n % 7}\n" for n in range(1, 301))
    (folder / "list.csv").write_text(f"CustomerID,Age,Spending Score (1-100)\n{rows}")
    page.click("nav a:text-is('New study')")
    page.set_input_files("#files", folder / "list.csv")
    page.click("button:text-is('Look at it')")
    assert page.inner_text("h1") == "Reading list.csv"
    explorer.manage(LOOK)
    page.click("a:text-is('See whether it is done')")
    assert "300 of 300 rows of customers can be used" in page.inner_text("main")
    page.fill("input[name=title]", "")
    page.evaluate("document.querySelector('input[name=title]').required = false")
    page.click("button[name=start]")
    assert "Give the study a name." in page.inner_text("main")
    page.fill("input[name=title]", "My list")
    page.click("button[name=start]")
    assert page.inner_text("h1") == "Waiting for its turn"
    page.click("a:text-is('See how far it is')")
    page.click("button:text-is('Stop it')")
    assert page.inner_text("h1") == "Stopped"
