"""Counts of a few are not told, nor what would tell them."""

import pytest

from customer_segments.base.privacy import untold


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([50, 30, 20], []),
        ([50, 0, 20], []),  # nobody is nobody
        ([50, 9, 20], [1, 2]),  # the smallest other one, or their known sum would tell it
        ([50, 9, 8], [1, 2]),
        ([9, 0], [0]),
        ([], []),
    ],
)
def test_a_single_count_of_a_few_hides_the_next_larger_too(counts, hidden):
    assert [place for place, few in enumerate(untold(counts, 10)) if few] == hidden
