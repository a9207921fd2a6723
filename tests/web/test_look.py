"""Every page in a real browser: for everyone, on every screen, by day and night, with nothing refused or sent away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.axe import violations
from tests.web.places import PAGES, PLACES, REFUSED, Filled

LISTEN = """addEventListener("securitypolicyviolation",
    (event) => console.error(`refused: ${event.violatedDirective} ${event.blockedURI}`));"""
CHAPTERS = ("chapter", "made")  # pages of the report
WIDTHS = (1280, 768, 390)
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
# Sent wrong: where, by which button, and what stands in the form's fields.
WRONG: dict[str, tuple[str, str, dict[str, str]]] = {
    "log-in": ("account_login", "main button[type=submit]", {"login": "boss@example.org", "password": "wrong"}),
    "registration": ("account_signup", "main button[type=submit]", {"email": "no", "password1": "a", "password2": "b"}),
    "password": ("account_change_password", "main button[type=submit]", {"oldpassword": "wrong", "password1": "x"}),
    "upload": ("upload", "main button", {}),
    "checked": ("checked", "button[name=start]", {"title": ""}),
    "new run": ("new_run", "main button", {"leave_out": "all"}),
    "keys": ("keys", "main > form button", {"name": "", "scopes": "none"}),
    "a key that is shown": ("keys", "main > form button", {"name": "Till"}),
    "a link that is shown": ("sharing", "main h2 ~ form button", {}),
    "an administrator's link": ("people", "button[value=administrator]", {}),
    "oneself": ("sharing one", "button[name=remove]", {}),
    "forget": ("forget", "button[name=look]", {"customers": ""}),
    "add": ("add", "main button", {"customer_id": "", "purpose": "", "f0": "many"}),
    "added": ("added", "main button", {"customer_id": "", "f0": "many"}),
    "predict": ("predict", "main button", {"f0": "many"}),
}
# By the form itself, which asks neither the browser whether it is right nor a script to send it.
SEND = """([button, values]) => {
    const pressed = document.querySelector(button), form = pressed.form;
    for (const [name, value] of Object.entries(values))
        for (const field of form.querySelectorAll(`[name=${name}]`))
            field.type === "checkbox" ? field.checked = value === "all" : field.value = value;
    const {name, value} = pressed;
    if (name) form.append(Object.assign(document.createElement("input"), {name, value}));
    HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.fixture(scope="module")
def filled(explorer, finished) -> Filled:
    return Filled(explorer, finished)


class Window:
    """A page whose complaints are kept."""

    def __init__(self, context: Any, base: str) -> None:
        context.add_init_script(LISTEN)
        self.page, self.base = context.new_page(), base
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        own = message.location["url"] == self.page.url and "Failed to load resource" in message.text  # a page of ours
        if message.type == "error" and not own:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.complaints.append(f"asked {request.url}")


@pytest.fixture(scope="module")
def windows(filled, browser) -> Iterator[dict[str, Window]]:
    opened: dict[str, Window] = {}

    def window(who: str) -> Window:
        if who not in opened:
            opened[who] = Window(filled.context(browser, who), filled.base)
        opened[who].complaints.clear()
        return opened[who]

    yield window
    for each in opened.values():
        each.page.context.close()


def looked_at(window: Window) -> None:
    """Nothing moves sideways, everyone can read it, nothing was refused, and nothing came from elsewhere."""
    page = window.page
    assert page.locator("h1").count() == 1
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for _ in range(30):  # what is drawn follows in a moment
            if page.evaluate(FITS):
                break
            page.wait_for_timeout(50)
        assert page.evaluate(FITS), width
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert violations(page, runOnly=["color-contrast"]) == []
    assert window.complaints == []


def test_no_page_is_left_out():
    assert set(PAGES) - {label.partition(" ")[0] for label in PLACES} == set()


@pytest.mark.parametrize("label", [label for label in PLACES if label not in CHAPTERS])
def test_a_page_is_for_everyone(filled, windows, label):
    window = windows(PLACES[label][0])
    window.page.set_viewport_size({"width": 1280, "height": 900})
    assert window.page.goto(filled.address(label)).status == REFUSED.get(label, 200)
    looked_at(window)


@pytest.mark.parametrize("label", CHAPTERS)
def test_a_chapter_turns_its_map_though_it_is_shut_in(filled, windows, label):
    window = windows(PLACES[label][0])
    window.page.goto(filled.address(label))
    window.page.wait_for_selector("#map-3d canvas")
    assert [each for each in window.complaints if not each.endswith("/favicon.ico")] == []


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_to_a_form_is_for_everyone(filled, windows, name):
    label, button, values = WRONG[name]
    window = windows(PLACES[label][0])
    window.page.goto(filled.address(label))
    with window.page.expect_navigation() as answer:
        window.page.evaluate(SEND, [button, values])
    assert answer.value.status == (200 if "shown" in name or "link" in name else 422)
    looked_at(window)
