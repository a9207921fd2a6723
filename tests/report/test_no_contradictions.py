"""What chapters 3, 4 and 8, the front page and the brief say of gaps, numbers and what comes back is the same."""

import json
import re

import numpy as np
import pandas as pd
import pytest

import customer_segments as cs
from customer_segments.library import Study
from customer_segments.pages.clustering import number, segments
from customer_segments.pages.profiling import sentences, tables
from customer_segments.pages.report import publication
from customer_segments.pages.validation import verdict
from customer_segments.steps.judge import DISTINCT, UNSUPPORTED, USEFUL
from tests.planted import circles, clouds
from tests.test_small_shop import Page

NEAR = np.array([[0, 0], [3, 0], [0, 3]])  # their customers mingle
CLUSTERING = {
    "groups": (clouds()[0], {}),
    "more than the groups": (clouds()[0], {"k": 5}),
    "fewer than the groups": (clouds()[0], {"k": 2}),
    "groups beside noise": (clouds(8)[0], {}),
    "groups beside noise, by the best method": (clouds(8)[0], {"method": "best"}),
    "groups that a method seldom finds": (clouds()[0], {"method": "hdbscan"}),
    "circles cut like cake": (circles()[0], {}),
    "circles": (circles()[0], {"method": "best"}),
    "one cloud": (pd.DataFrame(np.random.default_rng(5).standard_normal((300, 3))), {}),
    "few values": (pd.DataFrame(np.random.default_rng(6).integers(0, (4, 3), (300, 2))), {}),
    "mingling groups": (
        pd.DataFrame(np.repeat(NEAR, 100, axis=0) + np.random.default_rng(7).standard_normal((300, 2))),
        {},
    ),
}
QUICK = {"bootstraps": 15, "k_max": 6}
THERE_ARE_GROUPS = r"there is a gap|are distinct groups|segments lie apart|\d distinct groups|\d groups were found"
THERE_ARE_NONE = r"continuum|No groups were found|as clearly"
ALL_COME_BACK = r"Every segment comes back|all come back|Do they come back\?\W+Yes"
NOT_ALL = r"Do they come back\?\W+(No|In part)|not as a whole|dissolved\W+check|not found again"


@pytest.fixture(scope="module", params=CLUSTERING.values(), ids=CLUSTERING)
def study(request) -> Study:
    points, clustering = request.param
    table = points.rename(columns="x{}".format).assign(customer_id=[f"c{n}" for n in range(len(points))])
    return cs.run_study(
        customers=table,
        params={"clustering": QUICK | clustering, "validation": {"references": 19, "bootstraps": 10}},
    )


def chapters(study: Study) -> dict[str, str]:
    """What each part says, as one text."""
    found, judged, profiled = study.steps.segmented, study.steps.judged, study.steps.profiled
    currency = study.params.study.currency
    third = [number.curves_in_words(found)[0], number.votes(found)[1], segments.fits(found)[1]]
    fourth = [verdict.clearer(judged.there), verdict.apart(judged.apart), verdict.found_again(judged.back)]
    eighth = [tables.profiles(study.profiles)[1], *sentences.findings(profiled, study.profiles, currency)]
    told = {
        "3": [*third, *number.learned(found, currency)],
        "4": [*fourth, verdict.weakest(judged.back), *verdict.sentences(judged.verdict)],
        "8": eighth,
        "front page and brief": [
            publication.headline(study.profiles, judged.verdict.kind), *verdict.sentences(judged.verdict)
        ],
    }  # fmt: skip
    return {part: " ".join(said).replace("**", "") for part, said in told.items()}


def said(pattern: str, parts: dict[str, str]) -> dict[str, list[str]]:
    """Where something is said, and in which words."""
    found = {part: [each.group() for each in re.finditer(pattern, text)] for part, text in parts.items()}
    return {part: words for part, words in found.items() if words}


def test_gaps_are_seen_by_all_or_by_none(study):
    parts, groups = chapters(study), study.steps.judged.apart.groups
    assert said(THERE_ARE_NONE if groups else THERE_ARE_GROUPS, parts) == {}
    if groups:
        assert "4" in said(THERE_ARE_GROUPS, parts)
        counts = {
            int(n) for text in parts.values() for n in re.findall(r"(\d+) (?:distinct )?groups (?:were|that)", text)
        }
        counts |= {int(n) for text in parts.values() for n in re.findall(r"(?:there are|found) (\d+) distinct", text)}
        assert counts == {groups.count}


def test_the_number_of_segments_is_one(study):
    parts, k = chapters(study), study.k
    assert parts["3"].count(f"{k} segments") >= 1
    assert set(re.findall(r"The (\d+) segments", parts["4"])) == {str(k)}
    assert set(re.findall(r"of (\d+) segments (?:are|is|one)", parts["4"])) == {str(k)}
    spelled = sentences.spelled(k)
    assert re.search(rf"\b{spelled} segments", parts["front page and brief"], re.IGNORECASE)
    assert re.search(rf"\b{spelled} segments", parts["8"], re.IGNORECASE)


def test_what_comes_back_is_said_alike(study):
    parts, back = chapters(study), study.steps.judged.back
    assert said(NOT_ALL if back.comes_back else ALL_COME_BACK, parts) == {}
    stable = int((back.segments["word"] == "stable").sum())
    assert set(re.findall(r"(\d+) of \d+ segments (?:are found|is found|one by)", parts["4"])) == {str(stable)}
    assert ("Every segment comes back" in parts["4"]) == (back.comes_back and stable == study.k)


def test_names_go_as_far_as_the_verdict(study):
    parts, kind = chapters(study), study.verdict.kind
    at_their_word = r"taken at their word|may be named"
    assert bool(said(at_their_word, parts)) == (kind == DISTINCT)
    assert bool(said(r"do not support|not supported", parts)) == (kind == UNSUPPORTED)
    assert bool(said(r"[Uu]seful cut", parts)) == (kind == USEFUL)
    assert kind != DISTINCT or not said(r"not separate|bands|another number", parts)


def test_the_pages_of_a_shop_say_the_same_of_it(small_shop):
    pages = {name: small_shop.path(f"reports/{name}.html") for name in ("03_clustering", "04_validation", "index")}
    parts = {name: " ".join(Page(path).text.split()) for name, path in pages.items()}
    told = json.loads(small_shop.path("data/processed/verdict.json").read_text(encoding="utf-8"))
    assert all(told["headline"] in parts[name] for name in ("04_validation", "index"))
    assert told["verdict"] != DISTINCT
    metrics = json.loads(small_shop.path("reports/metrics/validation.json").read_text(encoding="utf-8"))
    assert metrics["groups"] is None
    shown = {name: text.split("Groups were looked for")[0] for name, text in parts.items()}
    assert said(THERE_ARE_GROUPS, shown) == {}
