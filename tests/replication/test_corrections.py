import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ValidationParams
from customer_segments.replication.corrections import corrected
from customer_segments.replication.ours import Ours
from customer_segments.replication.published import Published
from tests.replication.shop import evidence


def told(**correction: object) -> list[str]:
    asked = {"said": "They come *once*.", "check": "single_purchase", "given": {"segment": "poor"}, "why": "No."}
    study = evidence(Published(segments={"good": 1, "poor": 2}, corrections=[asked | correction]))
    return [each.told() for each in corrected(study, Ours(study, ValidationParams()))]


def test_what_was_said_what_the_data_say_and_why_it_matters_stand_together():
    assert told() == [
        "**They come &#42;once&#42;.** 66.7% of the 6 customers in “poor” ordered once, the others up to 2 times. No."
    ]


def test_what_settings_that_were_changed_leave_nothing_of_is_said():
    checked = {"said": "S.", "check": "single_purchase", "given": {"segment": "poor"}, "why": "No."}
    published = Published(segments={"good": 1, "poor": 2}, corrections=[checked])
    study = evidence(published, segments=pd.Series([1] * 12))
    [each] = corrected(study, Ours(study, ValidationParams()))
    assert each.found.sentence == "Under these settings this cannot be told: there is no segment “poor”."


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        ({"check": "double_purchase"}, "names the check `double_purchase`; there are dropped_rows, "),
        ({"given": {"segments": "poor"}}, "`single_purchase` of a correction cannot be made"),
        ({"given": {"segment": "worst"}}, "name a segment `worst`; under `segments:` there are"),
    ],
)
def test_a_correction_that_cannot_be_computed_is_named(correction, said):
    with pytest.raises(StudyError, match=said):
        told(**correction)
