"""A handful of the shops of `calibration/foretelling.py`, for what cannot fail by chance."""

import pytest

from calibration import foretelling


@pytest.mark.parametrize("kind", list(foretelling.KINDS))
def test_it_is_told_what_can_be_foretold(kind):
    foretelling.cannot_fail_by_chance(kind)


def test_the_report_counts_the_draws_of_each_kind():
    line = {"share": 0.1, "predicts": True, "more_than_rfm": False, "less_than_rfm": True}
    line |= {"more_than_spend": True, "less_than_spend": False}
    lines = [line | {"kind": name, "seed": seed} for name in foretelling.KINDS for seed in range(2)]
    told = foretelling.report(lines)
    assert "| segments tell | 2 | 10.0% | 100% | 0% | 100% | 100% | 0% |" in told
    assert "0.0% (to RFM quintiles) and 0.0% (to spend alone) of 2 draws" in told
