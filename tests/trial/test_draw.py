import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.steps.trial import FEWEST, HELD_OUT, draw


def customers(*sizes: int) -> pd.DataFrame:
    """Segments of these sizes; most have spent nothing, one has spent more than all others."""
    segment = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    spent = np.where(np.arange(len(segment)) % 3 == 0, np.arange(len(segment)) ** 2.0, 0.0)
    names = [f"c{number:04}" for number in range(len(segment))]
    return pd.DataFrame({"customer_id": names, "segment": segment, "spent_before": spent})


def held(drawn: pd.DataFrame) -> dict[int, int]:
    return drawn[drawn["group"] == HELD_OUT].groupby("segment").size().to_dict()


def test_as_many_are_held_out_of_each_segment_as_were_asked_for_and_the_others_treated():
    drawn = draw(customers(200, 90, 60), {1: 50, 3: 23}, [1])
    assert drawn.columns.tolist() == ["customer_id", "segment", "group", "stratum", "spent_before"]
    assert held(drawn) == {1: 50, 3: 23}
    assert drawn.groupby("segment").size().to_dict() == {1: 200, 3: 60}
    assert drawn["customer_id"].is_unique


def test_the_same_seed_draws_the_same_and_the_order_of_rows_does_not_matter():
    table = customers(100)
    first = draw(table, {1: 30}, [1])
    pd.testing.assert_frame_equal(first, draw(table.sample(frac=1, random_state=3), {1: 30}, [1]))
    assert not first["group"].equals(draw(table, {1: 30}, [2])["group"])


def test_of_those_who_spent_much_as_many_are_held_out_as_of_those_who_spent_little():
    drawn = draw(customers(1_000), {1: 200}, [5])
    by_stratum = drawn.groupby("stratum")["group"].agg(lambda group: (group == HELD_OUT).sum())
    assert len(by_stratum) == 10
    assert by_stratum.between(19, 21).all()
    assert (drawn.groupby("stratum")["spent_before"].max().diff().dropna() >= 0).all()


def test_everybody_is_held_out_with_the_same_probability_also_where_shares_are_no_whole_numbers():
    table, draws = customers(47).assign(spent_before=np.arange(47.0)), 2_000
    counts = sum((draw(table, {1: 21}, [seed])["group"] == HELD_OUT).astype(int) for seed in range(draws))
    error = np.sqrt(21 / 47 * 26 / 47 / draws)
    assert np.abs(counts / draws - 21 / 47).max() < 6 * error  # 47 customers: once in ten million draws of the seeds


@pytest.mark.parametrize(("size", "held_out"), [(2 * FEWEST - 1, FEWEST), (200, FEWEST - 1)])
def test_a_group_that_is_too_small_is_refused_in_a_sentence(size, held_out):
    with pytest.raises(StudyError, match=rf"Segment 1 has {size} customers.*a trial needs {FEWEST} in either group"):
        draw(customers(size), {1: held_out}, [1])
