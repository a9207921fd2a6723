import numpy as np
import pandas as pd
import pytest

from customer_segments.steps.validation.references import KINDS, References, moved, single_hump

RNG = np.random.default_rng(5)


def two_humps(count: int = 2000) -> np.ndarray:
    return RNG.normal(np.where(RNG.random(count) < 0.5, -4.0, 4.0), 1.0)


def table(count: int = 2000) -> pd.DataFrame:
    humps = two_humps(count)
    channel = RNG.choice(3, count)
    answers = {f"channel={name}": (channel == code).astype(float) for code, name in enumerate("abc")}
    return pd.DataFrame({"humps": humps, "follows": humps + RNG.normal(0, 1, count), **answers})


@pytest.mark.parametrize("kind", KINDS)
def test_a_reference_has_the_same_columns_and_rows(kind):
    features = table(50)
    drawn = References.of(features).draw(kind, np.random.default_rng(0))
    assert list(drawn) == list(features)
    assert len(drawn) == 50
    assert np.isfinite(drawn.to_numpy()).all()


def test_shuffling_keeps_each_column_and_cuts_the_links():
    features = table()
    drawn = References.of(features).draw("shuffled", np.random.default_rng(0))
    assert sorted(drawn["humps"]) == sorted(features["humps"])
    assert abs(drawn["humps"].corr(drawn["follows"])) < 0.1
    assert features["humps"].corr(features["follows"]) > 0.9


def test_a_cloud_keeps_correlations_and_the_humps_of_columns():
    features = table()
    drawn = References.of(features).draw("cloud", np.random.default_rng(0))
    assert drawn["humps"].corr(drawn["follows"], "spearman") > 0.8
    assert drawn["humps"].between(-1, 1).mean() < 0.01


def test_the_smooth_cloud_has_no_second_hump_left():
    drawn = References.of(table()).draw("smooth", np.random.default_rng(0))
    assert drawn["humps"].between(-1, 1).mean() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_few_values_is_drawn_among_them(kind):
    features = table(300).assign(orders=RNG.choice([0.0, 0.7, 1.1, 1.4], 300, p=[0.4, 0.1, 0.2, 0.3]))
    drawn = References.of(features).draw(kind, np.random.default_rng(2))
    assert set(drawn["orders"]) == {0.0, 0.7, 1.1, 1.4}
    assert drawn["humps"].nunique() > 100


@pytest.mark.parametrize("kind", KINDS)
def test_every_customer_gives_one_answer_to_a_question(kind):
    drawn = References.of(table(200)).draw(kind, np.random.default_rng(1))
    answers = drawn[["channel=a", "channel=b", "channel=c"]]
    assert (answers.sum(axis=1) == 1).all()
    assert answers.isin([0.0, 1.0]).all(axis=None)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_column_stays_as_it_is_without_a_warning(kind):
    drawn = References.of(table(200).assign(legs=2.0)).draw(kind, np.random.default_rng(0))
    assert (drawn["legs"] == 2).all()
    assert drawn["humps"].nunique() > 50


def test_the_same_seed_draws_the_same():
    references = References.of(table(60))
    one, other = (references.draw("smooth", np.random.default_rng(3)) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_a_curve_with_one_hump_stays_as_it_is():
    values = np.random.default_rng(0).normal(size=20000)
    curve = single_hump(values)
    assert np.abs(curve - np.quantile(values, np.linspace(0, 1, len(curve)))).max() < 0.1


def test_steps_between_quantiles_shrink_to_the_peak_and_grow_from_there():
    steps = np.diff(single_hump(two_humps()))
    turns = np.sign(np.diff(steps.round(9)))
    turns = turns[turns != 0]
    assert (np.diff(turns) >= 0).all()


def test_a_column_of_two_values_has_no_curve():
    assert single_hump(np.array([0.0, 1.0, 1.0])) is None


def test_customers_moved_along_a_line_stay_on_it():
    along = np.sort(RNG.random(200))
    points, near = np.column_stack([along, 2 * along]), np.arange(200)[:, None] + np.array([-1, 1])
    drawn, rows = moved(points, near.clip(0, 199), 3.0, np.random.default_rng(1))
    assert np.allclose(drawn[:, 1], 2 * drawn[:, 0])
    assert 0.003 < np.abs(drawn - points[rows]).mean() < 0.05
