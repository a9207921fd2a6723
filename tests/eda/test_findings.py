from customer_segments.pages.eda.decisions import MOST_SENTENCES, learned
from customer_segments.steps.eda.look import Finding, Weight, counts


def short(weight: Weight, share: float, days: int) -> Finding:
    return Finding(weight, share, "short", {"days": days})


TAIL, GAPS, RETURNS = short(Weight.INFORMS, 0.9, 1), short(Weight.DISTORTS, 0.01, 2), short(Weight.DISTORTS, 0.2, 3)


def test_weight_comes_before_share_and_share_before_the_words():
    assert [told[:44] for told in learned([TAIL, GAPS, RETURNS], "€")[:3]] == [
        "**Changes results.** The data covers 3 days,",
        "**Changes results.** The data covers 2 days,",
        "**For information.** The data covers 1 day, ",
    ]
    assert "covers 11 days" in learned([short(Weight.MATTERS, 0.1, 2), short(Weight.MATTERS, 0.1, 11)], "€")[0]


def test_every_weight_is_counted_also_where_nothing_has_it():
    assert counts([TAIL, GAPS, RETURNS]) == {"distorts": 2, "matters": 0, "informs": 1}


def test_what_we_learned_is_the_most_serious_and_how_much_more_there_is():
    noticed = [short(Weight.INFORMS, n / 10, n) for n in range(MOST_SENTENCES)]
    told = learned([*noticed, GAPS], "€")
    assert len(told) == MOST_SENTENCES + 1
    assert told[0].startswith("**Changes results.** The data covers 2 days")
    assert told[-1].startswith("1 finding would change results if left as it is; 1 lesser one can be read above.")
    assert learned([GAPS, RETURNS], "€")[-1].startswith("2 findings would change results if left as they are. Another")


def test_where_nothing_distorts_this_is_said():
    assert learned([], "€")[0].startswith("Nothing here would change results by itself.")
