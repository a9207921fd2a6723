"""Days are held out several times, and decide between two models that fit alike."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import forecast, holdout
from customer_segments.steps.retention.order_days import histories
from tests.lifetime_value.test_trust import PARAMS, random_shop

AS_OF = date(2024, 12, 30)


@pytest.fixture(scope="module")
def days():
    return random_shop()


def test_each_hold_out_begins_half_its_length_earlier_and_has_as_many_days_before_it(days):
    found = holdout.hold_outs(days, AS_OF, PARAMS)
    assert [(AS_OF - each.cut).days for each in found] == [91, 136, 181, 226]
    assert {each.days for each in found} == {91}
    long = holdout.hold_outs(days, AS_OF, PARAMS.model_copy(update={"holdout_days": 150}))
    assert [(AS_OF - each.cut).days for each in long] == [150]  # 75 days earlier, too little would lie before


def test_what_came_in_a_hold_out_is_what_came_in_its_days(days):
    second = holdout.hold_outs(days, AS_OF, PARAMS)[1]
    in_them = days.filter(days.day >= second.cut, days.day < second.cut + timedelta(days=91))
    known = histories(days, second.cut)["customer_id"]
    expected = in_them.filter(in_them.customer_id.isin(known.tolist())).count().to_pyarrow().as_py()
    assert second.customers["orders_after"].sum() == expected


def test_segments_are_those_in_which_customers_would_have_been_then(days):
    def placed(day):
        known = histories(days, day)
        return pd.Series(1 + (known["repeats"] > 2).to_numpy(), index=known["customer_id"])

    for each in holdout.hold_outs(days, AS_OF, PARAMS, placed):
        assert (each.customers["segment"] == 1 + (each.customers["repeats"] > 2)).all()


def models_of(days, ahead):
    """Both models of the shop, of which the first is as much likelier as is said."""
    found = forecast.fit_models(histories(days, AS_OF), PARAMS)
    first, second = sorted((found.orders, found.other), key=lambda model: model.kind)
    told = [
        replace(model, fit=replace(model.fit, log_likelihood=gain)) for model, gain in ((first, ahead), (second, 0.0))
    ]
    return forecast.Models(*told, found.spending)


def errors_of(days):
    kinds = {kind: PARAMS.model_copy(update={"model": kind}) for kind in ("bg_nbd", "mbg_nbd")}
    return {kind: holdout._error(holdout.hold_outs(days, AS_OF, params)) for kind, params in kinds.items()}


def test_of_two_models_that_fit_alike_the_one_is_taken_that_foresaw_more(days):
    errors = errors_of(days)
    better = min(errors, key=errors.get)
    chosen, held = holdout.chosen(days, AS_OF, models_of(days, 1.9), PARAMS)
    assert (chosen.orders.kind, chosen.by_hold_out) == (better, True)
    assert holdout._error(held) == errors[better]
    reversed_models = models_of(days, 1.9)
    reversed_models = replace(reversed_models, orders=reversed_models.other, other=reversed_models.orders)
    assert holdout.chosen(days, AS_OF, reversed_models, PARAMS)[0].orders.kind == better


def test_a_model_that_is_clearly_likelier_is_taken_whatever_it_foresaw(days):
    for ahead, kind in ((2.1, "bg_nbd"), (50.0, "bg_nbd")):
        chosen, held = holdout.chosen(days, AS_OF, models_of(days, ahead), PARAMS)
        assert (chosen.orders.kind, chosen.by_hold_out) == (kind, False)
        assert holdout._error(held) == errors_of(days)[kind]


def test_where_nothing_can_be_held_out_the_likelier_model_stays(days):
    params = LifetimeValueParams(holdout_days=300)
    chosen, held = holdout.chosen(days, AS_OF, models_of(days, 1.0), params)
    assert (chosen.orders.kind, chosen.by_hold_out) == ("bg_nbd", False)
    assert held[0].refused.code == "too_short"
