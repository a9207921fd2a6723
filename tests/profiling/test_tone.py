from typing import get_args

import pytest

from customer_segments.steps.profiling import tone
from customer_segments.steps.validation.verdict import Kind


def test_every_verdict_that_chapter_4_gives_has_its_tone():
    assert set(tone.PREFACES) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("verdict", "spoken"),
    [
        (tone.DISTINCT, "Loyal regulars"),
        (tone.CUT, "Mostly loyal regulars"),
        (tone.UNSUPPORTED, "Segment 2: loyal regulars"),
    ],
)
def test_a_name_says_no_more_than_the_verdict_bears(verdict, spoken):
    assert tone.spoken("Loyal regulars", 2, verdict) == spoken


def test_abbreviations_keep_their_capitals():
    assert tone.spoken("VIP customers", 1, tone.CUT) == "Mostly VIP customers"


def test_without_support_nobody_is_to_be_treated_differently():
    assert tone.action("Call them.", tone.CUT) == "Call them."
    assert tone.action("Call them.", tone.UNSUPPORTED) == "Do not treat them differently on this evidence; test first."
