"""A reader who puts together all that can be reached learns of no few people, by no subtraction."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest
from bs4 import BeautifulSoup
from scipy.optimize import linprog

from customer_segments.web import points, shelving, typical
from customer_segments.web.models import Job, Role, Study
from customer_segments.web.results import folder_of, of
from tests.web.finished import rows, text

SMALLEST = 10
ALONE = 987_654.32  # what the one brings who brings most
# A town of a few in a region of many; a job that one has, and one that is rare in one segment alone.
PLANTED = """
COPY (
  SELECT * EXCLUDE (place) REPLACE (CASE WHEN place = 0 THEN {alone} ELSE net_revenue END AS net_revenue),
    CASE WHEN place < 3 THEN 'Hamlet' WHEN place % 3 = 0 THEN 'Borough' ELSE 'City' END AS town,
    CASE WHEN place < 3 OR place % 3 = 0 THEN 'North' ELSE 'South' END AS region,
    CASE WHEN place = 0 THEN 'Astronaut' WHEN segment = 1 AND place % 50 = 1 THEN 'Smith' WHEN segment = 1 THEN 'Clerk'
      WHEN place % 2 = 0 THEN 'Smith' ELSE 'Clerk' END AS job
  FROM (SELECT *, row_number() OVER (ORDER BY customer_id) - 1 AS place FROM '{own}') ORDER BY customer_id
) TO '{target}' (FORMAT parquet)
"""
# The same study a run later: one has gone to another segment, one is gone.
LATER = """
COPY (
  SELECT * REPLACE (CASE WHEN customer_id = (SELECT min(customer_id) FROM '{own}' WHERE segment = 1) THEN 2
    ELSE segment END AS segment) FROM '{own}'
  WHERE customer_id <> (SELECT max(customer_id) FROM '{own}') ORDER BY customer_id
) TO '{target}' (FORMAT parquet)
"""


@pytest.fixture(scope="module")
def runs(finished, tmp_path_factory) -> list[Path]:
    """Two runs in which some stand alone; read them, never change them."""
    own, folders = finished / ".explorer/customers.parquet", []
    for made in (PLANTED, LATER):
        folder = tmp_path_factory.mktemp("planted")
        (folder / ".explorer").mkdir()
        for name in ("data", "reports", "params.yaml"):
            (folder / name).symlink_to(finished / name)
        target = folder / ".explorer/customers.parquet"
        duckdb.execute(made.format(own=own, target=target, alone=ALONE))
        shelving.note_usual(folder)
        own = target
        folders.append(folder)
    return folders


@pytest.fixture
def planted(db, runs):
    """A study of these runs."""
    study = Study.objects.create(title="Planted")
    for folder in runs:
        job = Job.objects.create(kind=Job.Kind.RUN, study=study, state=Job.State.FINISHED)
        folder_of(job).parent.mkdir(parents=True, exist_ok=True)
        folder_of(job).symlink_to(folder)
    # People see the first of them.
    Job.objects.filter(id=job.id).update(created="2001-01-01T00:00:00Z")
    return study


@pytest.fixture
def reader(planted, person, at):
    client = at(person("rita", planted, Role.READER))

    def get(address, status=200):
        answer = client.get(f"/studies/{planted.id}{address}")
        assert answer.status_code == status
        return answer

    return get


def told_by(page: BeautifulSoup, label: str) -> tuple[list[str], list[list[int | None]]]:
    """A table of counts as a reader has it: what its rows are called, and their cells."""
    body = page.select_one(f'[role=region][aria-label="{label}"] tbody')
    names, counts = [], []
    for row in body.select("tr"):
        first, *cells = row.select("th, td")
        names.append(text(first))
        found = [re.search(r"[\d,]+", cell.small.text) if cell.small else None for cell in cells]
        counts.append([each and int(each[0].replace(",", "")) for each in found])
    return names, counts


class Known:
    """All that is known of some counts, as limits of sums; `range` is what they leave open of another sum."""

    def __init__(self, size: int) -> None:
        self.size, self.sums, self.limits = size, [], []

    def learn(self, of: list[int], least: float, most: float) -> None:
        row = np.zeros(self.size)
        row[of] = 1
        self.sums += [row, -row]
        self.limits += [most, -least]

    def range(self, of: list[int]) -> tuple[float, float]:
        row = np.zeros(self.size)
        row[of] = 1
        ends = [linprog(sign * row, np.array(self.sums), self.limits) for sign in (1, -1)]
        assert all(end.status == 0 for end in ends), "what is told contradicts itself"
        return ends[0].fun, -ends[1].fun


def worked_out(
    table: list[list[int | None]], columns: list[int | None], rows: list[int | None], rounded: int
) -> list[tuple[float, float]]:
    """What is sure of each hidden cell, by the sums of rows and columns that are known, and by what is shown."""
    wide = len(columns)
    known = Known(len(table) * wide)
    lines = [(sum_of, [line * wide + place for line in range(len(table))]) for place, sum_of in enumerate(columns)]
    lines += [(sum_of, [line * wide + place for place in range(wide)]) for line, sum_of in enumerate(rows)]
    lines += [(count, [line * wide + place]) for line, cells in enumerate(table) for place, count in enumerate(cells)]
    for number, (sum_of, parts) in enumerate(lines):
        if sum_of is not None:
            slack = rounded / 2 if number >= len(columns) + len(rows) else 0
            known.learn(parts, sum_of - slack, sum_of + slack)
    hidden = [
        line * wide + place for line, cells in enumerate(table) for place, count in enumerate(cells) if count is None
    ]
    return [known.range([cell]) for cell in hidden]


def is_open(least: float, most: float) -> bool:
    """Nobody can be sure that it is anyone at all, or how many of many."""
    return least < 0.5 or most - least >= SMALLEST - 1


def sizes(planted):
    """Of the segments, in the report's order."""
    return sizes_of(of(planted.latest()))


def sizes_of(run):
    found = run.rows(f"SELECT segment, count(*) AS customers FROM {run.customers} GROUP BY 1")
    by_segment = {row["segment"]: row["customers"] for row in found}
    return [by_segment[row["segment"]] for row in typical.segments(run)]


@pytest.mark.parametrize("by", ["town", "region", "job", "gender", "location", "preferred_channel", "active"])
def test_no_answer_of_a_few_can_be_worked_out_of_its_table(reader, planted, by):
    page = BeautifulSoup(reader(f"/segments?by={by}").content, "html.parser")
    _, counts = told_by(page, "Answers by segment")
    assert all(count is None or count >= SMALLEST for line in counts for count in line)
    found = worked_out(counts, sizes(planted), [None] * len(counts), SMALLEST)
    assert all(is_open(*ends) for ends in found)
    assert bool(found) == any(count is None for line in counts for count in line)


def test_a_town_of_a_few_is_not_the_region_less_its_other_town(reader, planted):
    """Two tables of which one is part of the other: nothing of the difference is sure."""
    towns, of_towns = told_by(BeautifulSoup(reader("/segments?by=town").content, "html.parser"), "Answers by segment")
    regions, of_regions = told_by(
        BeautifulSoup(reader("/segments?by=region").content, "html.parser"), "Answers by segment"
    )
    assert "Hamlet" not in towns  # its name alone would tell that somebody lives there
    borough, north = of_towns[towns.index("Borough")], of_regions[regions.index("North")]
    for own, all_of_it in zip(borough, north, strict=True):
        if own is not None and all_of_it is not None:
            assert (all_of_it - own) % SMALLEST == 0


def test_who_has_an_answer_alone_is_not_named(reader):
    page = reader("/segments?by=job").content.decode()
    assert "Astronaut" not in page
    assert "all others" in page


def test_who_moved_alone_between_two_runs_is_hidden_among_others(reader, planted):
    new, old = (str(number) for number in planted.runs().values_list("id", flat=True))
    for asked in ((new, old), (old, new)):
        page = BeautifulSoup(reader("/runs?old={}&new={}".format(*asked)).content, "html.parser")
        table = page.find("caption", string=re.compile("^Customers by their segment")).parent
        counts = [
            [None if cell.text == "–" else int(cell.text.replace(",", "") or 0) for cell in row.select("td")]
            for row in table.select("tbody tr")
        ]
        shown = [count for line in counts for count in line if count is not None]
        assert all(count >= SMALLEST for count in shown)
        before, after = (sizes_of(of(planted.jobs.get(id=each))) for each in asked)
        gone = [None] * (len(counts[0]) - len(after))  # how many are gone, or new, is told nowhere
        found = worked_out(counts, [*after, *gone], [*before, *[None] * (len(counts) - len(before))], 0)
        assert len(found) >= 4
        assert all(is_open(*ends) for ends in found)


def test_the_map_shows_nobody(reader, planted):
    drawn = json.loads(reader("/segments/map").content)["segments"]
    run = of(planted.latest())
    everyone = {tuple(point[2:]) for point in points.few(run)}
    shown = [at for segment in drawn for at in zip(segment["x"], segment["y"], segment["z"], strict=True)]
    assert shown
    assert not everyone & set(shown)
    assert len(shown) <= len(everyone) / SMALLEST
    assert max(at[0] for at in shown) < max(at[0] for at in everyone)  # the farthest out stands alone


def test_no_page_tells_the_one_who_brings_most(reader, planted):
    """Neither the largest figure of a column nor who has it stands in anything but the report itself."""
    for address in ("", "/segments", "/segments?by=job", "/segments/map", "/retention", "/value", "/model", "/runs"):
        told = reader(address).content.decode()
        assert not re.search(r"987[,.]?654|987\.7k", told), address
        assert "100000" not in told, address


@pytest.fixture
def with_three(planted, finished):
    """The same, with a segment of three."""
    folder = folder_of(planted.latest())
    (folder / "data").unlink()
    (folder / "reports").unlink()
    for name in ("data", "reports"):
        (folder / name).mkdir()
        for path in (finished / name).iterdir():
            (folder / name / path.name).symlink_to(path)
    (folder / "data/processed").unlink()
    (folder / "data/processed").mkdir()
    for path in (finished / "data/processed").iterdir():
        if path.name != "profiles.parquet":
            (folder / "data/processed" / path.name).symlink_to(path)
    own, target = (place / "data/processed/profiles.parquet" for place in (finished, folder))
    three = "CASE WHEN segment = 1 THEN 3 ELSE customers END AS customers, segment = 1 OR too_few AS too_few"
    duckdb.execute(f"COPY (SELECT * REPLACE ({three}) FROM '{own}') TO '{target}' (FORMAT parquet)")
    content = json.loads((finished / "reports/content.json").read_text())
    content["cards"][0] |= {"customers": "3", "customer_share": "1%"}
    (folder / "reports/content.json").unlink()
    (folder / "reports/content.json").write_text(json.dumps(content))
    return content["cards"]


def test_a_small_segment_is_not_all_others_subtracted(with_three, reader):
    """With it, the next larger one is not told, or the sum of all would tell both."""
    page = BeautifulSoup(reader("/segments").content, "html.parser")
    told = rows(page, "Sizes as a table")
    assert sum(row[1] == "fewer than 10" for row in told) == 1
    assert sum(row[1] == "–" for row in told) == 1
    hidden = [card for card, row in zip(with_three, told, strict=True) if not row[1].replace(",", "").isdigit()]
    summary = BeautifulSoup(reader("").content, "html.parser")
    cards = {card.h3.text: card for card in summary.select(".card")}
    for card in hidden:
        assert "of customers" not in cards[card["name"]].text
        assert "of net revenue" not in cards[card["name"]].text
    assert sum("of customers" in card.text for card in cards.values()) == len(cards) - 2


CLOSED = ["customers", "customers/100001", "predict", "add", "files/segmented_customers.csv", "files/project.zip"]


@pytest.mark.parametrize("address", [*CLOSED, "keys", "sharing", "forget"])
def test_what_tells_of_persons_is_closed_to_a_reader(reader, address):
    reader(f"/{address}", 403)


def test_rates_of_a_few_are_not_in_the_table(reader, finished):
    rates = duckdb.execute(
        f"SELECT segment, age, active FROM '{finished}/data/processed/return_rates.parquet' WHERE segment IS NOT NULL"
    ).fetchall()
    few = {(segment, age) for segment, age, active in rates if 0 < active < SMALLEST}
    assert few
    page = BeautifulSoup(reader("/retention").content, "html.parser")
    told = rows(page, "Rates by segment")
    heads = page.select('[aria-label="Rates by segment"] thead th')[1:]
    segments = [int(re.search(r"\d+", head.text)[0]) for head in heads]
    shown = {(segment, int(age)) for age, *cells in told for segment, cell in zip(segments, cells, strict=True) if cell}
    assert shown
    assert not shown & few


def test_chapters_that_show_single_customers_are_not_for_readers(planted, reader, person, at):
    front = reader("").content.decode()
    for name in ("01_eda.html", "05_pca.html"):
        assert f"chapters/{name}" not in front
        assert "only a manager of the study, or more" in reader(f"/chapters/{name}", 403).content.decode()
    assert "chapters/03_clustering.html" in front
    reader("/chapters/03_clustering.html")
    manager = at(person("mona", planted, Role.MANAGER))
    assert "chapters/05_pca.html" in manager.get(f"/studies/{planted.id}").content.decode()
    assert manager.get(f"/studies/{planted.id}/chapters/05_pca.html").status_code == 200
