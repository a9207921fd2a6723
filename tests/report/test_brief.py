import pandas as pd
import pytest

from customer_segments.base.params import load_params
from customer_segments.pages.report.publication import brief, content
from customer_segments.run.publish import results
from tests.report.shop import finished_study, profiles_of_two
from tests.support import PROJECT

PICTURES = {"format": "png", "ppi": 100}  # one a page
LONG = "A long name with *stars*, #let x = 1, $money$, [brackets], a \\ and @someone, " * 2


@pytest.fixture
def told(tmp_path):
    """The content of the brief on a study with these profiles."""
    params = load_params(PROJECT / "params.yaml")
    return lambda profiles: content(params, results(finished_study(tmp_path, profiles)))


def three() -> pd.DataFrame:
    return pd.concat([profiles_of_two(), profiles_of_two().head(1)]).assign(segment=[1, 2, 3], alive_probability=0.5)


def ten_with_long_names() -> pd.DataFrame:
    ten = pd.concat([profiles_of_two()] * 5, ignore_index=True)
    long = [f"{LONG}{place}" for place in range(10)]
    return ten.assign(
        segment=range(1, 11), name=long, action=LONG * 3, worth=LONG, test=LONG, expected_value=5.0, facts=LONG
    )


def test_the_same_content_gives_the_same_bytes(told):
    said = told(profiles_of_two())
    first = brief(said)
    assert first.startswith(b"%PDF-")
    assert brief(said) == first


@pytest.mark.parametrize(
    "profiles",
    [
        profiles_of_two(),
        profiles_of_two().drop(columns=["orders", "revenue", "revenue_share"]),
        three(),
        ten_with_long_names(),
        ten_with_long_names().assign(action=LONG * 40),
    ],
    ids=["two", "without transactions", "three", "ten with long names", "actions as long as a page"],
)
def test_it_has_two_pages_whatever_the_segments(told, profiles):
    assert len(brief(told(profiles), PICTURES)) == 2


def test_a_change_of_the_content_changes_the_brief(told):
    said = told(profiles_of_two())
    other = said | {"verdict": said["verdict"] | {"advice": "Do not."}}
    assert brief(said, PICTURES)[0] != brief(other, PICTURES)[0]
    assert brief(said, PICTURES)[1] == brief(other, PICTURES)[1]
