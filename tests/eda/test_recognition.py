import pandas as pd

from customer_segments.pages.eda import contents
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda.look import Weight, in_source
from tests.eda.looks import first_look


def match(ours, theirs, sureness="certain", why="has the very name"):
    return {"ours": ours, "theirs": theirs, "sureness": sureness, "why": why, "kind": "text"}


def table(*matches, broken=0, doubts=()):
    return {
        "rows": 1000,
        "broken": broken,
        "columns": list(matches),
        "files": [{"name": "a.csv", "rows": 1000, "encoding": "utf-8", "delimiter": "comma"}],
        "writing": {"decimal": ",", "days": "day first", "counted": {}, "doubts": list(doubts)},
    }


BY_HAND = match("customer_id", "Client", "set by hand", "named in the settings")
DERIVED = match("quantity", None, "a guess", "each line counts as one")


def test_every_column_is_told_with_its_source_and_how_sure_it_is():
    sources = {"customers": table(BY_HAND), "transactions": table(DERIVED)}
    shown, _ = contents.recognition(first_look(sources=sources))
    expected = pd.DataFrame(
        [
            ["Customers", "Customer", "Client", "Set by hand", "Named in the settings"],
            ["Transactions", "Quantity", "–", "A guess", "Each line counts as one"],
        ],
        columns=["Table", "Column", "In the source", "How sure", "Why"],
    )
    pd.testing.assert_frame_equal(shown, expected)


def test_the_caption_counts_what_was_named_and_says_how_cells_are_written():
    _, said = contents.recognition(first_look(sources={"customers": table(BY_HAND, match("age", "Age"))}))
    assert said.startswith("Named in params.yaml: 1 of 2 columns; the others were recognised")
    assert said.endswith("Customers: utf-8, comma between cells, decimal comma, dates with the day first.")
    _, said = contents.recognition(first_look(sources={"customers": table(BY_HAND)}))
    assert said.startswith("Named in params.yaml: 1 of 1 column. Customers")


def test_guesses_doubts_and_broken_rows_are_findings():
    found = list(in_source("transactions", table(DERIVED, broken=2, doubts=["ordered_at"])))
    assert [finding.weight for finding in found] == [Weight.MATTERS, Weight.DISTORTS, Weight.MATTERS]
    guess, doubt, broken = (sentence(finding, "€") for finding in found)
    assert guess.startswith("“Quantity” of the transactions is a guess (each line counts as one): name its column")
    assert doubt.startswith("Nothing tells whether days or months come first in “Ordered at” of the transactions;")
    assert broken.startswith("2 rows of the transactions (0.2%) could not be split into cells: they stand in")
    assert list(in_source("customers", table(BY_HAND))) == []


def test_offsets_from_utc_are_told_and_several_in_one_column_are_a_finding():
    several = table(BY_HAND)
    several["writing"]["offsets"] = {"ordered_at": ["+01:00", "+02:00"]}
    _, said = contents.recognition(first_look(sources={"transactions": several}))
    assert said.endswith("“Ordered at” by the clock as written, without its offset from UTC (+01:00 and +02:00).")
    (finding,) = in_source("transactions", several)
    assert sentence(finding, "€").startswith("“Ordered at” of the transactions has clocks of several offsets from UTC")
    one = table(BY_HAND)
    one["writing"]["offsets"] = {"ordered_at": ["+00:00"]}
    assert list(in_source("transactions", one)) == []
