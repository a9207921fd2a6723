import numpy as np
import pytest

from customer_segments.steps.association import OUTSIDE, cramers_v, interval, of_categories, of_order

SEGMENTS = np.array([0.5, 0.3, 0.1, 0.06, 0.04])
GROUPS = np.array([0.4, 0.3, 0.1, 0.1, 0.06, 0.04])
AGES = np.linspace(-3, 4, 41)


def categories(link: float) -> np.ndarray:
    """How likely a customer is of each segment and group; of so many, the segment decides the group."""
    decided = np.diag(SEGMENTS) @ np.eye(5, 6, 1)
    return (1 - link) * np.outer(SEGMENTS, GROUPS) + link * decided


def ages(link: float) -> np.ndarray:
    """The same for values in order, of which the first segment's are higher."""
    likely = np.exp(-((AGES[None, :] - link * np.eye(5, 1)) ** 2) / 2)
    return SEGMENTS[:, None] * likely / likely.sum(axis=1, keepdims=True)


KINDS = {"categories": (categories, of_categories), "order": (ages, of_order)}


def draws(likely: np.ndarray, customers: int, seeds: range) -> list[np.ndarray]:
    """Tables of customers drawn at random, one for each seed."""
    share = likely.ravel() / likely.sum()
    return [np.random.default_rng(seed).multinomial(customers, share).reshape(likely.shape) for seed in seeds]


def seen(kind: str, link: float, customers: int, seeds: range) -> tuple[float, np.ndarray]:
    """The true share explained, and the interval for it in each draw."""
    likely, measure = KINDS[kind][0](link), KINDS[kind][1]
    found = [interval(each, measure) for each in draws(likely, customers, seeds)]
    return measure(likely * 1e9).explained, np.array(found)


@pytest.mark.parametrize("customers", [150, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_no_relation_hardly_any_is_found(kind, customers):
    make, measure = KINDS[kind]
    found = [measure(each).chance <= OUTSIDE for each in draws(make(0.0), customers, range(3000))]
    assert np.mean(found) <= 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_an_interval_begins_at_nothing_where_chance_gives_as_much(kind):
    make, measure = KINDS[kind]
    tables = draws(make(0.1), 300, range(30))
    none = [measure(each).chance > OUTSIDE for each in tables]
    assert none == [interval(each, measure)[0] == 0 for each in tables]
    assert 0 < sum(none) < 30


@pytest.mark.parametrize(("kind", "link"), [("categories", 0.2), ("categories", 0.6), ("order", 0.5), ("order", 1.5)])
def test_a_planted_relation_is_found(kind, link):
    _, intervals = seen(kind, link, 1000, range(1000, 1100))
    assert (intervals[:, 0] > 0).mean() >= 0.95


@pytest.mark.parametrize(
    ("kind", "link", "customers"),
    [("categories", 0.1, 1000), ("categories", 0.6, 150), ("order", 0.2, 1000), ("order", 1.5, 150)],
)
def test_the_interval_covers_the_true_strength(kind, link, customers):
    true, intervals = seen(kind, link, customers, range(2000, 2300))
    covered = (intervals[:, 0] <= true) & (true <= intervals[:, 1])
    assert covered.mean() >= 0.9  # 95% are meant; large effects among few customers reach a little less


def test_cramers_v_is_one_for_a_perfect_table_and_zero_for_none():
    assert cramers_v(np.array([[50, 0], [0, 50]]))[0] == pytest.approx(1.0, abs=0.01)
    assert cramers_v(np.array([[50, 50], [50, 50]])) == (0.0, 1.0)


def test_the_bias_corrected_v_is_that_of_the_formula_by_hand():
    # So much a customer, less 1/99 for chance, of what a table of 2 by 2 without its bias can have: 1 - 1/99.
    table = np.array([[36, 14], [15, 35]])
    chi_squared = 100 * (36 * 35 - 14 * 15) ** 2 / (50 * 50 * 51 * 49)
    assert of_categories(table).explained == pytest.approx((chi_squared / 100 - 1 / 99) / (1 - 1 / 99))


@pytest.mark.parametrize("measure", [of_categories, of_order])
def test_there_is_no_bias_towards_columns_of_many_levels(measure):
    rng = np.random.default_rng(8)
    tables = rng.multinomial(200, np.full(20, 1 / 20), size=200).reshape(200, 2, 10)
    assert abs(np.mean([measure(table).explained for table in tables])) < 0.005


@pytest.mark.parametrize("measure", [of_categories, of_order])
@pytest.mark.parametrize("table", [[[3, 0], [4, 0]], [[3, 4], [0, 0]], [[1]], [[0, 0], [0, 0]], [[1, 0], [0, 1]]])
def test_too_little_to_compare_is_no_difference(measure, table):
    assert measure(np.array(table)).explained in (0.0, pytest.approx(1.0))
    assert interval(np.array(table), measure)[0] == 0.0
