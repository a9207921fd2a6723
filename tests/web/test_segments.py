"""Who are they? The report's own numbers, linked to their customers, and no small group before a reader's eyes."""

from __future__ import annotations

import gzip
import html
import json
import re

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segments.base import privacy
from customer_segments.pages.plots.palette import SEGMENTS
from customer_segments.web import drawing, points, typical
from customer_segments.web.models import Role
from customer_segments.web.results import Run
from customer_segments.web.views.segments import answered
from tests.support import PROJECT


@pytest.fixture
def page_of(shop, person, at):
    def get(role, asked="", status=200):
        answer = at(person(role.label, shop, role)).get(f"/studies/{shop.id}/segments{asked}")
        assert answer.status_code == status
        return answer.content.decode()

    return get


def test_the_numbers_are_the_reports(page_of, finished):
    page = page_of(Role.READER)
    for card in json.loads((finished / "reports/content.json").read_text())["cards"]:
        assert html.escape(card["name"]) in page
        assert f'<td class="number">{card["customer_share"]}</td>' in page
        assert f'<td class="number">{card["revenue_share"]}</td>' in page


def test_the_rules_are_the_chapters_with_the_segments_names(finished, page_of):
    told, page = json.loads((finished / "reports/content/validation.json").read_text())["rules"], page_of(Role.READER)
    chapter = (finished / "reports/04_validation.html").read_text()
    assert len(told["rows"]) == len(typical.names(Run(finished)))
    for _, rule, right, finds in told["rows"]:
        assert f"<td>{html.escape(rule)}</td>" in chapter
        assert f'<td>{html.escape(rule)}</td><td class="number">{right}</td><td class="number">{finds}</td>' in page
    assert html.escape(told["caption"]) in page


def test_every_count_leads_a_manager_to_its_customers(page_of, shop, client):
    page = page_of(Role.MANAGER, "?by=gender")
    links = re.findall(r'<a href="(/studies/[^"]+customers\?[^"]+)">([\d,]+)</a>', page)
    assert len(links) >= 12
    for address, count in links:
        found = client.get(html.unescape(address)).content.decode()
        assert f"<b>{count} customer{'' if count == '1' else 's'}</b>" in found, address


def test_a_reader_is_led_to_no_customer_and_sees_no_small_group(page_of, finished):
    page = page_of(Role.READER, "?by=location")
    assert "/customers" not in page
    table = page.partition('id="answers"')[2].partition("</table>")[0]
    counts = [int(count) for count in re.findall(r"<small>(\d+)</small>", table)]
    assert counts
    assert min(counts) >= 10
    assert "–" in table
    assert "<small>" in page_of(Role.MANAGER, "?by=location").partition('id="answers"')[2]


def test_answers_are_counted_right(finished):
    run = Run(finished)
    told = answered(run, "preferred_channel", 1)
    table = f"{finished}/data/processed/segmented_customers.parquet"
    for line in told["rows"]:
        for segment, (count, _) in zip(told["segments"], line["cells"], strict=True):
            assert (
                count
                == duckdb.execute(
                    f"SELECT count(*) FROM '{table}' WHERE segment = ? AND preferred_channel IS NOT DISTINCT FROM ?",
                    [segment, line["answer"]],
                ).fetchone()[0]
            )


@pytest.mark.parametrize("column", ["nothing", "customer_id", "orders", "'; DROP TABLE x", "<script>"])
def test_no_other_column_is_compared(page_of, column):
    page = page_of(Role.MANAGER, f"?by={column}", 422)
    assert "There is no such column" in page
    assert "<script>'" not in page


TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 60), min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(TABLES)
def test_hidden_cells_cannot_be_worked_out(counts):
    """Every hidden count could be another one without any sum telling."""
    gone = privacy.hidden(counts, 10)
    for row, line in enumerate(counts):
        for place, count in enumerate(line):
            if count < 10:
                assert (row, place) in gone
    rows, columns = len(counts), len(counts[0])
    lines = [[(row, place) for place in range(columns)] for row in range(rows)]
    lines += [[(row, place) for row in range(rows)] for place in range(columns)]
    for line in lines:
        dark = [cell for cell in line if cell in gone]
        if dark and len(dark) < len(line):
            assert len(dark) > 1
            assert sum(counts[row][place] for row, place in dark) >= 10
    assert _fixed(gone, lines) == set()


def _fixed(gone, lines):
    """Hidden cells that the sums fix, by linear algebra; those of a line without another cell are its sum."""
    cells = sorted(gone)
    sums = np.array([[float(cell in line) for cell in cells] for line in lines]).reshape(len(lines), -1)
    rank = np.linalg.matrix_rank(sums) if cells else 0
    fixed = {
        cell for cell, alone in zip(cells, np.eye(len(cells)), strict=True)
        if np.linalg.matrix_rank(np.vstack([sums, alone])) == rank
    }  # fmt: skip
    return fixed - {cell for line in lines if set(line) <= gone for cell in line}


def test_a_cell_between_two_hidden_squares_is_not_given_away_by_all_sums_together():
    counts = [[6, 6, 50, 50], [6, 6, 6, 50], [50, 50, 6, 6], [50, 50, 6, 6]]
    lines = [[(row, place) for place in range(4)] for row in range(4)]
    lines += [[(row, place) for row in range(4)] for place in range(4)]
    assert _fixed(privacy.hidden(counts, 10), lines) == set()


def test_one_hidden_cell_hides_a_square():
    assert privacy.hidden([[3, 50, 40], [30, 20, 60], [70, 80, 90]], 10) == {(0, 0), (0, 2), (1, 0), (1, 2)}


def drawn_of(client, shop):
    answer = client.get(f"/studies/{shop.id}/segments/map")
    assert answer.status_code == 200
    return json.loads(answer.content)["segments"]


def test_the_map_holds_the_runs_points_and_names_them_to_managers_only(shop, person, at, finished):
    drawn = drawn_of(at(person("mia", shop, Role.MANAGER)), shop)
    stored = {
        row[0]: (row[1], [round(value, 3) for value in row[2:]])
        for row in duckdb.execute(
            f"SELECT customer_id, segment_name, component_1, component_2, component_3 FROM "
            f"'{finished}/data/processed/map.parquet' JOIN '{finished}/data/processed/segmented_customers.parquet' "
            "USING (customer_id)"
        ).fetchall()
    }
    seen = {
        number: (of["name"], list(at)) for of in drawn
        for number, *at in zip(of["customers"], of["x"], of["y"], of["z"], strict=True)
    }  # fmt: skip
    assert seen == stored
    assert len(seen) <= points.MOST_POINTS
    assert all("customers" not in of for of in drawn_of(at(person("rita", shop, Role.READER)), shop))


def test_the_map_is_sent_compressed_to_who_can_read_that(shop, person, at):
    client = at(person("mia", shop, Role.MANAGER))
    plain, packed = (
        client.get(f"/studies/{shop.id}/segments/map", headers=headers) for headers in ({}, {"Accept-Encoding": "gzip"})
    )
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2


def test_a_map_of_many_is_thinned_to_the_same_customers_each_time(tmp_path):
    (tmp_path / "data/processed").mkdir(parents=True)
    (tmp_path / ".explorer").mkdir()
    columns = "i::VARCHAR AS customer_id, i % 3 AS segment, i / 7 AS component_1, i % 5 AS component_2"
    made = f"SELECT {columns} FROM range(20000) made(i)"
    for name in ("data/processed/map.parquet", ".explorer/customers.parquet"):
        duckdb.execute(f"COPY ({made}) TO '{tmp_path / name}' (FORMAT parquet)")
    run = Run(tmp_path)
    first = points.few(run)
    points.few.cache_clear()
    assert first == points.few(run)
    assert 2500 < len(first) <= points.MOST_POINTS
    assert sum(int(number) >= 10_000 for number, *_ in first) / len(first) == pytest.approx(0.5, abs=0.05)
    assert {round(sum(row[1] == segment for row in first) / len(first), 1) for segment in range(3)} == {0.3}


def test_the_colours_are_the_reports():
    css = (PROJECT / "src/customer_segments/web/static/explorer.css").read_text()
    told = dict(re.findall(r"\.segment-(\d+) \{ --segment: var\(--([\w-]+)\); \}", css))
    assert told == {"0": "muted"} | {str(n): f"segment-{n}" for n in range(1, len(SEGMENTS) + 1)}


def test_slices_are_as_large_as_their_shares():
    drawn = str(drawing.pie([drawing.Slice(1, "a", 0.25), drawing.Slice(2, "b <x>", 0.75)], "told"))
    assert 'class="segment-1" d="M0 0L0.00 -100.00A100 100 0 0 1 100.00' in drawn
    assert 'class="segment-2" d="M0 0L100.00' in drawn
    assert "b &lt;x&gt;" in drawn
    assert "<circle" in str(drawing.pie([drawing.Slice(11, "all", 1.0)], "told"))


def refused(request) -> list[str]:
    """What the browser would not load; what it left unread because the reader had moved on is no refusal."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


def test_the_page_turns_its_map_under_the_strict_policy(explorer, browser):
    from tests.web.conftest import PASSWORD

    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: told.extend(refused(request)))
    page.goto(explorer.base + explorer.entrance)
    page.fill("input[name=email]", "ada@example.org")
    for field in ("password1", "password2"):
        page.fill(f"input[name={field}]", PASSWORD)
    page.click("main button")
    page.click("main h2 a")
    page.click("nav.of-study a:has-text('Segments')")
    page.wait_for_selector("#map[data-drawn]", timeout=60_000)
    assert page.locator("#map .legendtext").count() > 1
    assert page.locator("#map").get_attribute("data-drawn") == "294"
    page.click("nav.of-study a:has-text('Predict')")
    before = page.inner_text("#answer .finding")
    slider = page.locator("input[type=range]").first
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        slider.evaluate(
            "each => { each.value = each.max; for (const name of ['input', 'change'])"
            " each.dispatchEvent(new Event(name, {bubbles: true})); }"
        )
    page.fill("input[name=f1]", "many")
    with page.expect_response(lambda answer: answer.status == 422):
        page.locator("input[name=f1]").blur()
    page.wait_for_selector("#answer .wrong")
    assert before
    assert [each for each in told if "422" not in each] == []
    page.goto(page.url.rsplit("/", 1)[0] + "/chapters/08_profiling.html")
    with page.expect_download() as taken:  # from a page that is shut in
        page.locator("p.file a").first.click()
    assert taken.value.path().read_text().startswith("segment,name,")
