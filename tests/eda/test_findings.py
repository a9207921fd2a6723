from customer_segments.steps.eda.findings import MOST_SENTENCES, Finding, Weight, counts, learned, ordered, sentences

TAIL = Finding(Weight.INFORMS, 0.9, "a long tail")
GAPS = Finding(Weight.DISTORTS, 0.01, "gaps")
RETURNS = Finding(Weight.DISTORTS, 0.2, "returns")


def test_weight_comes_before_share_and_share_before_the_words():
    assert ordered([TAIL, GAPS, RETURNS]) == [RETURNS, GAPS, TAIL]


def test_every_weight_is_counted_also_where_nothing_has_it():
    assert counts([TAIL, GAPS, RETURNS]) == {"distorts": 2, "matters": 0, "informs": 1}


def test_a_sentence_is_led_by_its_weight_in_words():
    assert sentences([TAIL]) == ["**For information.** a long tail"]


def test_what_we_learned_is_the_most_serious_and_how_much_more_there_is():
    noticed = [Finding(Weight.INFORMS, n / 10, f"number {n}") for n in range(MOST_SENTENCES)]
    noticed.append(Finding(Weight.DISTORTS, 0.0, "the worst"))
    told = learned(noticed)
    assert len(told) == MOST_SENTENCES + 1
    assert told[0] == "**Changes results.** the worst"
    assert told[-1].startswith("1 finding would change results if left as it is; 1 lesser one can be read above.")


def test_where_nothing_distorts_this_is_said():
    assert learned([])[0].startswith("Nothing here would change results by itself.")
