"""Predict says what the scorer and the run say, of every customer, and refuses what is no figure."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import numpy as np
import pytest

from customer_segments.web import typical
from customer_segments.web.entering import Figures
from customer_segments.web.entering import entered as in_its_field
from customer_segments.web.models import Event, Role
from customer_segments.web.results import Run


@pytest.fixture
def mia(shop, person, at):
    return at(person("mia", shop, Role.MANAGER))


@pytest.fixture
def run(finished):
    return Run(finished)


def entered(run, own):
    """What stands in the form's fields for a customer."""
    return {f"f{place}": in_its_field(own[name], name, run) for place, name in enumerate(run.scorer.needed)}


def said(page):
    name = re.search(r'<p class="finding"><b>(.*?)</b>', page)[1]
    return html.unescape(name), float(re.search(r"Certainty (\d\.\d\d)", page)[1])


def test_the_form_asks_the_scorer_what_the_run_asked_for_every_customer(run):
    everyone = run.rows(f"SELECT * FROM {run.customers}")
    forms = [Figures(entered(run, own), run=run) for own in everyone]
    assert all(form.is_valid() for form in forms)
    scored = run.scorer.score([form.figures() for form in forms])
    assert scored.segment.tolist() == [own["segment"] for own in everyone]
    own = run.scorer.score({name: [each[name] for each in everyone] for name in run.scorer.needed})
    assert np.array_equal(scored.certainty, own.certainty)
    assert np.array_equal(scored.outside, own.outside)


def test_the_page_says_what_the_scorer_says(mia, shop, run):
    names = typical.names(run)
    for own in run.rows(f"SELECT * FROM {run.customers} WHERE customer_id LIKE '%7' LIMIT 12"):
        answer = mia.post(f"/studies/{shop.id}/predict", entered(run, own))
        scored = run.scorer.score([own])
        assert said(answer.content.decode()) == (names[own["segment"]], pytest.approx(scored.certainty[0], abs=0.006))


def test_it_begins_with_the_typical_customer_or_with_one_of_the_study(mia, shop, run):
    page = mia.get(f"/studies/{shop.id}/predict").content.decode()
    orders = run.scorer.needed.index("orders")
    median = typical.spread(run, "orders").middle
    assert re.search(rf'name="f{orders}" id="id_f{orders}" value="{median:g}"', page)
    own = run.rows(f"SELECT * FROM {run.customers} WHERE customer_id = '100003'")[0]
    page = mia.get(f"/studies/{shop.id}/predict?customer=100003").content.decode()
    assert f'id="id_f{orders}" value="{own["orders"]}"' in page
    assert said(page)[0] == typical.names(run)[own["segment"]]
    assert mia.get(f"/studies/{shop.id}/predict?customer=nobody").status_code == 404


def test_the_second_opinion_is_the_audits(mia, shop, run):
    everyone = run.rows(f"SELECT * FROM {run.customers} ORDER BY customer_id")
    guess = run.opinion.guess(run.scorer.features(everyone))
    agrees = guess.segment == [own["segment"] for own in everyone]
    assert agrees.mean() >= run.chapter("validation")["audit"]["accuracy"]["ours"]
    between = [one | {name: other[name] for name in run.scorer.needed[::2]} for one, other in pairwise(everyone)]
    scored, guess = run.scorer.score(between), run.opinion.guess(run.scorer.features(between))
    agrees = guess.segment == scored.segment
    for place in [*np.flatnonzero(~agrees)[:3], *np.flatnonzero(agrees)[:3]]:
        page = html.unescape(mia.post(f"/studies/{shop.id}/predict", entered(run, between[place])).content.decode())
        name = "the same" if agrees[place] else typical.names(run)[guess.segment[place]]
        assert f"audited with: {name}, {guess.share[place]:.0%} sure." in page
    assert 0 < agrees.sum() < len(agrees)


def test_someone_unlike_all_is_said_to_be(mia, shop, run):
    own = run.rows(f"SELECT * FROM {run.customers} LIMIT 1")[0]
    strange = entered(run, own) | {f"f{place}": "900000000" for place in range(len(run.scorer.needed) - 1)}
    assert "Unlike all the customers" in mia.post(f"/studies/{shop.id}/predict", strange).content.decode()
    assert "Unlike all the customers" not in mia.post(f"/studies/{shop.id}/predict", entered(run, own)).content.decode()


def test_what_is_left_open_counts_as_typical(mia, shop):
    page = mia.post(f"/studies/{shop.id}/predict", {}).content.decode()
    assert "was taken as typical" in page


@pytest.mark.parametrize("text", ["many", "1e999", "nan", "inf", "1e300", "1;2", "<b>1</b>", "--1"])
def test_what_is_no_figure_is_refused_at_its_field(mia, shop, run, text):
    orders = run.scorer.needed.index("orders")
    answer = mia.post(f"/studies/{shop.id}/predict", {f"f{orders}": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_f{orders}-wrong"' in page
    assert f'value="{html.escape(text)}"' in page
    assert "<b>1</b>" not in page


def test_an_answer_that_is_not_offered_is_refused(mia, shop, run):
    place = run.scorer.needed.index("preferred_channel")
    assert mia.post(f"/studies/{shop.id}/predict", {f"f{place}": "Fax"}).status_code == 422


def test_the_radar_stands_as_a_table_too(mia, shop, run):
    page = mia.get(f"/studies/{shop.id}/predict?customer=100003").content.decode()
    table = page.partition("<details>")[2].partition("</details>")[0]
    own = run.rows(f"SELECT * FROM {run.customers} WHERE customer_id = '100003'")[0]
    rank = typical.spread(run, "orders").below(own["orders"])
    assert re.search(rf'<tr><td>Orders</td><td class="number">{100 * rank:.0f}%</td>', table)
    assert len(re.findall(r'class="profile', page)) == len(typical.names(run))


def test_nothing_is_kept_of_a_prediction(mia, shop, run):
    before = Event.objects.count()
    mia.post(f"/studies/{shop.id}/predict", {"f0": "3"})
    assert Event.objects.count() == before


def test_the_pages_are_light(mia, shop):
    for name in ("predict", "add", "segments", "customers/100003"):
        assert len(mia.get(f"/studies/{shop.id}/{name}").content) <= 60_000, name
