import numpy as np
import pytest

from customer_segments.steps.association import cramers_v, interval, of_categories, of_order

SEGMENTS = np.array([0.4, 0.3, 0.2, 0.1])
GROUPS = np.array([0.6, 0.3, 0.1])
AGES = np.linspace(-3, 4, 41)


def categories(link: float) -> np.ndarray:
    """How likely a customer is of each segment and group; of so many, the segment decides the group."""
    decided = np.array([[0.4, 0.0, 0.0], [0.2, 0.1, 0.0], [0.0, 0.2, 0.0], [0.0, 0.0, 0.1]])
    return (1 - link) * np.outer(SEGMENTS, GROUPS) + link * decided


def ages(link: float) -> np.ndarray:
    """The same for values in order, of which the first segment's are higher."""
    likely = np.exp(-((AGES[None, :] - link * np.array([1.0, 0, 0, 0])[:, None]) ** 2) / 2)
    return SEGMENTS[:, None] * likely / likely.sum(axis=1, keepdims=True)


KINDS = {"categories": (categories, of_categories), "order": (ages, of_order)}


def seen(kind: str, link: float, customers: int, seeds: range) -> tuple[float, np.ndarray]:
    """The true share explained, and the interval for it in each draw of customers."""
    likely, measure = KINDS[kind][0](link), KINDS[kind][1]
    draws = (np.random.default_rng(seed).multinomial(customers, likely.ravel() / likely.sum()) for seed in seeds)
    true = measure(likely * 1e9).explained if link else 0.0
    return true, np.array([interval(draw.reshape(likely.shape), measure) for draw in draws])


@pytest.mark.parametrize("customers", [150, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_no_relation_hardly_any_is_found(kind, customers):
    _, intervals = seen(kind, 0.0, customers, range(300))
    assert (intervals[:, 0] > 0).mean() <= 0.05


@pytest.mark.parametrize(("kind", "link"), [("categories", 0.3), ("categories", 0.7), ("order", 0.4), ("order", 1.5)])
def test_a_planted_relation_is_found_and_the_interval_covers_its_strength(kind, link):
    true, intervals = seen(kind, link, 1000, range(1000, 1100))
    assert (intervals[:, 0] > 0).mean() >= 0.95
    covered = (intervals[:, 0] <= true) & (true <= intervals[:, 1])
    assert covered.mean() >= 0.88  # of 100 draws, where 95 are meant, less is chance once in 400
    assert (intervals[:, 1] - intervals[:, 0]).mean() < 0.2


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
