"""A small shop's database whose truth is known: orders, their items and payments, customers, products, categories."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Database:
    """Its tables as exported, and the lines as plain pandas puts them together."""

    tables: dict[str, pd.DataFrame]

    def lines(self) -> pd.DataFrame:
        """Each item with its order, as a left join by hand."""
        items, orders = self.tables["items"], self.tables["orders"].drop_duplicates()
        return items.merge(orders, on="order_id", how="left", validate="many_to_one")


def database(seed: int = 1, orders: int = 240, customers: int = 40, lost: int = 7) -> Database:
    """A shop in which `lost` orders were not exported, and as many have no items."""
    draw = random.Random(seed)
    products = pd.DataFrame(
        [(f"P{n:03d}", f"Thing {n}", n % 4 + 1, f"{draw.randint(100, 9000) / 100:.2f}") for n in range(30)],
        columns=["product_id", "title", "category_id", "list_price"],
    )
    heads, items, payments = [], [], []
    for number in range(1, orders + 1):
        day = pd.Timestamp("2023-01-01") + pd.Timedelta(days=draw.randint(0, 500), minutes=draw.randint(0, 1400))
        total = 0
        for place in range(1, draw.randint(1, 5) + 1):
            product = products.iloc[draw.randrange(len(products))]
            cents = round(float(product.list_price) * draw.choice([90, 100, 100]))
            quantity = draw.randint(1, 4)
            total += quantity * cents
            items.append((number, place, product.product_id, quantity, f"{cents / 100:.2f}"))
        who, shipping = 1 + int(customers * draw.random() ** 1.5), draw.choice([0, 495, 990])
        heads.append((number, who, f"{day:%Y-%m-%d %H:%M:%S}", f"{total / 100:.2f}", f"{shipping / 100:.2f}"))
        for share in range(1, draw.choice([1, 1, 2]) + 1):
            payments.append((number, share, draw.choice(["card", "cash"]), f"{(total + shipping) / 100 / share:.2f}"))
    exported = heads[: len(heads) - lost]
    without_items = {number for number, *_ in heads[:lost]}
    items = [each for each in items if each[0] not in without_items]
    return Database(
        {
            "orders": pd.DataFrame(exported, columns=["order_id", "customer_id", "order_date", "total", "shipping"]),
            "items": pd.DataFrame(items, columns=["order_id", "line_number", "product_id", "quantity", "price"]),
            "payments": pd.DataFrame(payments, columns=["order_id", "sequential", "payment_type", "payment_value"]),
            "customers": pd.DataFrame(
                [
                    (n, draw.randint(18, 80), draw.choice("mf"), draw.choice(["Rome", "Oslo"]))
                    for n in range(1, customers + 1)
                ],
                columns=["customer_id", "age", "gender", "city"],
            ),
            "products": products,
            "categories": pd.DataFrame(
                [(n, name) for n, name in enumerate(("Tea", "Cups", "Books", "Maps"), 1)],
                columns=["category_id", "category"],
            ),
        }
    )
