"""The rules for the customer list, in the order they apply; gaps that are no accident are found in `gaps`."""

from __future__ import annotations

import ibis

from customer_segments.base.contract import ROW
from customer_segments.steps.cleaning.line_rules import UNREADABLE_OPTIONAL, Rule, blank, repeats_earlier_row

IDENTITY_RULES = (
    Rule(
        name="no customer",
        why="The row names no customer, so it cannot be joined to anything.",
        catches=lambda table, params: blank(table.customer_id),
    ),
    Rule(
        name="repeated row",
        why="An earlier row is the same to the letter, so this one was most likely exported twice.",
        catches=lambda table, params: repeats_earlier_row(table),
    ),
    Rule(
        name="second row of a customer",
        why="An earlier row describes the same customer otherwise; the first one counts.",
        catches=lambda table, params: ibis.row_number().over(group_by="customer_id", order_by=ROW) > 0,
    ),
)

REPAIRS = (
    UNREADABLE_OPTIONAL,
    Rule(
        name="impossible age",
        why="An age below {lowest_age} or above {highest_age} is taken for a slip and counts as missing.",
        catches=lambda table, params: ~table.age.between(params.cleaning.lowest_age, params.cleaning.highest_age),
        needs=("age",),
        repairs=("age",),
    ),
    Rule(
        name="negative income",
        why="An income below zero is taken for a slip and counts as missing.",
        catches=lambda table, params: table.income < 0,
        needs=("income",),
        repairs=("income",),
    ),
    Rule(
        name="left before signing up",
        why="Nobody leaves before signing up, so the day of leaving counts as missing.",
        catches=lambda table, params: table.left_on < table.signed_up_on,
        needs=("left_on", "signed_up_on"),
        repairs=("left_on",),
    ),
)

NO_ORDERS = Rule(
    name="no orders",
    why="No order of this customer is left after cleaning, so there is no behaviour to go by.",
    catches=lambda table, params: ~table.any_order_left,
    needs=("any_order_left",),
    active=lambda params: params.cleaning.customers_without_orders == "reject",
)
