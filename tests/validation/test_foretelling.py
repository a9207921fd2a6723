"""A handful of the shops of `calibration/foretelling.py`, for what cannot fail by chance."""

import pytest

from calibration import foretelling
from customer_segments.steps.validation.prediction import BOOSTING, OURS

SEED = 5000  # beyond those that are calibrated with


@pytest.fixture(scope="module", params=list(foretelling.KINDS))
def shop(request):
    return request.param, foretelling.foretold(request.param, SEED)


def test_it_is_told_what_can_be_foretold(shop):
    name, found = shop
    ahead = {simple: found.share(simple, "spend") for simple in found.simpler}
    if name == "segments tell":
        assert found.predicts
        assert found.reached > 0.5
        assert ahead["spend"]["ahead_low"] > 0
    elif name == "only spend tells":
        assert ahead["spend"]["ahead_high"] < 0
        assert found.share(BOOSTING, "spend")["low"] > found.share(OURS, "spend")["high"]
    else:
        assert not found.predicts
        assert found.reached is None
        assert all(abs(each["ahead"]) < 0.03 for each in ahead.values())


def test_the_report_counts_the_draws_of_each_kind():
    line = {"share": 0.1, "predicts": True, "more_than_rfm": False, "less_than_rfm": True}
    line |= {"more_than_spend": True, "less_than_spend": False}
    lines = [line | {"kind": name, "seed": seed} for name in foretelling.KINDS for seed in range(2)]
    told = foretelling.report(lines)
    assert "| segments tell | 2 | 10.0% | 100% | 0% | 100% | 100% | 0% |" in told
    assert "0.0% (to RFM quintiles) and 0.0% (to spend alone) of 2 draws" in told
