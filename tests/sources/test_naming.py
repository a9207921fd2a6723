"""What a column's name says, in any of the languages that are known."""

import pytest

from customer_segments.base.registry import TRANSACTIONS, names
from customer_segments.sources.naming import says


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("customer_unique_id", "customer_id"), ("Kundennummer", "customer_id"), ("N° client", "customer_id"),
        ("MembershipNo", "customer_id"), ("hshd_num", "customer_id"), ("Id paziente", "customer_id"),
        ("Order #", "invoice_id"), ("Belegnummer", "invoice_id"), ("numéro de commande", "invoice_id"),
        ("bookingref", "invoice_id"), ("order_purchase_timestamp", "ordered_at"), ("Kaufdatum", "ordered_at"),
        ("data acquisto", "ordered_at"), ("Lineitem quantity", "quantity"), ("Prix unitaire HT", "unit_price"),
        ("Montant TTC", "amount"), ("Order Total", "amount"), ("payment_value", "amount"),
    ],
)  # fmt: skip
def test_it_speaks_for_one_of_ours(name, ours):
    said = says(name)
    assert max(said, key=said.get) == ours
    assert said[ours] >= 0.7


@pytest.mark.parametrize("name", [
    "Customer Lifetime Value", "user_rating", "account length", "Kundengruppe", "client city", "freight_value",
    "patient age", "member since", "ordering", "noise", "tax", "Versandkosten", "customer_total_spend",
])  # fmt: skip
def test_it_speaks_for_none_that_it_only_resembles(name):
    assert not set(says(name)) & (set(names(TRANSACTIONS)) - {"category"} | {"amount"})
