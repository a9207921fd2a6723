"""Databases and web APIs end as the same tables as files do, and their secrets end nowhere."""

import json
import sqlite3

import pandas as pd
import pytest

from customer_segments import StudyError
from tests.sources.servers import postgres_programs, running_api, running_postgres

ROWS = [
    {"order_id": "A1", "customer": 17, "qty": 2, "price": 9.5, "date": "2024-12-31 10:00:00", "shop": "North"},
    {"order_id": "A2", "customer": 18, "qty": 1, "price": 1.25, "date": "2025-01-01 11:00:00", "shop": "South"},
]
EXPECTED = pd.DataFrame(
    {
        "row": [1, 2],
        "invoice_id": ["A1", "A2"],
        "quantity": [2.0, 1.0],
        "unit_price": [9.5, 1.25],
        "ordered_at": pd.to_datetime(["2024-12-31 10:00", "2025-01-01 11:00"]).astype("datetime64[us]"),
        "customer_id": ["17", "18"],
        "shop": ["North", "South"],
    }
)


def collected(shop, **source) -> pd.DataFrame:
    shop.collect(**source)
    return shop.table("transactions")


def assert_as_expected(found: pd.DataFrame) -> None:
    assert found["unreadable"].isna().all()
    pd.testing.assert_frame_equal(found.drop(columns="unreadable"), EXPECTED, check_dtype=False)


def test_a_table_of_sqlite(shop):
    with sqlite3.connect(shop.folder / "shop.sqlite") as database:
        pd.DataFrame(ROWS).to_sql("orders", database, index=False)
    assert_as_expected(collected(shop, kind="database", url="sqlite:///shop.sqlite", transactions="orders"))
    assert shop.source()["tables"]["transactions"]["file"].startswith("table orders")


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not installed")
def test_a_query_of_postgresql_and_no_word_of_its_password(shop):
    with running_postgres() as server:
        shop.secrets["SHOP_PASSWORD"] = server.password
        columns = 'order_id text, customer int, qty int, price numeric(9, 2), "date" timestamp, shop text'
        values = ", ".join(str(tuple(row.values())) for row in ROWS)
        server.run(f"CREATE TABLE sold ({columns})", f"INSERT INTO sold VALUES {values}")
        server.run(f'GRANT SELECT ON sold TO "{server.user}"')
        query = "SELECT * FROM sold WHERE qty > 0 ORDER BY order_id"
        assert_as_expected(collected(shop, kind="database", url=server.url(), transactions=query))
        before = shop.files()
        shop.secrets["SHOP_PASSWORD"] = "guessed wrongly"
        with pytest.raises(StudyError) as refused:
            collected(shop, kind="database", url=server.url(), transactions=query)
    written = [str(refused.value).encode(), *shop.files().values()]
    assert not any(secret in text for text in written for secret in (server.password.encode(), b"guessed wrongly"))
    assert shop.files() == before


def test_a_web_api_page_by_page(shop, monkeypatch):
    shop.secrets["SHOP_TOKEN"] = "very-secret-token"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def answer(handler, time: int) -> None:
        following = f"{api.base}/orders?page=2" if time == 1 else None
        body = json.dumps({"data": [ROWS[time - 1]], "links": {"next": following}}).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with running_api() as api:
        api.routes["/orders"] = answer
        source = {"transactions": f"{api.base}/orders", "token": "${SHOP_TOKEN}"}
        pages = {"by": "next_link", "field": "links.next"}
        assert_as_expected(collected(shop, kind="web", pagination=pages, **source))
        assert {authorization for _, authorization in api.requests} == {"Bearer very-secret-token"}
    assert not any(b"very-secret" in content for content in shop.files().values())
