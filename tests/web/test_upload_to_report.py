"""A person with a browser: from a dropped file to the finished study, in three clicks."""

from __future__ import annotations

import pytest

from tests.web.conftest import PASSWORD, serving

# It would be made first, and takes a minute.
NO_DEMO = "from customer_segments.web import jobs, models; [jobs.cancel(job) for job in models.Job.objects.all()]"


@pytest.fixture
def running(tmp_path):
    with serving(tmp_path / "home") as explorer:
        explorer.manage(NO_DEMO)
        yield explorer


@pytest.mark.long
def test_from_a_dropped_file_to_the_finished_study(running, browser, tmp_path):
    rows = "".join(f"{n},{20 + n * 7 % 50},{(n % 3) * 40 + n % 7}\n" for n in range(1, 301))
    (tmp_path / "list.csv").write_text(f"CustomerID,Age,Spending Score (1-100)\n{rows}")
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.goto(running.base + running.entrance)
    page.fill("input[name=email]", "ada@example.org")
    for field in ("password1", "password2"):
        page.fill(f"input[name={field}]", PASSWORD)
    page.click("main button")
    page.goto(f"{running.base}/new")
    page.set_input_files("#files", tmp_path / "list.csv")
    page.wait_for_selector("text=300 of 300 rows of customers can be used", timeout=60_000)
    page.click("button[name=start]")
    page.wait_for_selector("h1:has-text('Making the segments'), h1:has-text('Waiting for its turn')")
    page.wait_for_selector("text=What to do first", timeout=400_000)
    assert told == []
