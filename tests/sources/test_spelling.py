"""A word that is cut short or holds a slip is the known one that it stands for, or stays what it is."""

import pytest

from customer_segments.sources.naming import UNKNOWN, meanings
from customer_segments.sources.spelling import one_off, skeleton


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Custmer", "who"), ("Ordr No", "order"), ("Geschl.", "gender"), ("Kategroie", "category"),
     ("Pat.-Nr.", "who"), ("Vlr. pago", "amount"), ("Prodct", "product")],
)  # fmt: skip
def test_a_short_or_mistyped_word_means_what_it_stands_for(written, meant):
    assert meant in meanings(written)[0]


@pytest.mark.parametrize("written", ["center", "palette", "Zx.", "Berliner", "frgmnt", "notes2go", "stuff"])
def test_what_only_resembles_a_word_means_nothing(written):
    assert {UNKNOWN} in meanings(written) or not meanings(written)[0] & {"who", "order", "amount"}


def test_one_letter_off():
    assert one_off("custmer", "customer")
    assert one_off("custommer", "customer")
    assert one_off("cusotmer", "customer")
    assert one_off("custamer", "customer")
    assert not one_off("renter", "center")  # the first letter is hardly ever mistyped
    assert not one_off("customer", "customer")
    assert not one_off("cstmer", "customer")
    assert skeleton("order") == "ordr"
