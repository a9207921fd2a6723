"""What are they worth? What is expected of each segment, whom it may lose, and how far the forecast can be trusted."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from customer_segments.base import words
from customer_segments.web.models import Role
from customer_segments.web.pages import page
from customer_segments.web.results import Run
from customer_segments.web.views.study import latest, untold

ON_A_PAGE = 25
QUESTIONS = {"value": "What are they worth?", "orders": "How often will they order?"}


def value(request: HttpRequest, study: UUID) -> HttpResponse:
    """The chapter on value as a page; who may see customers also sees those at risk."""
    run = latest(request)
    told = run.chapter("lifetime_value")
    measure = told.get("measure", "value")
    if not told["available"]:
        return untold(request, QUESTIONS[measure], told["reason"])
    asked = request.GET.get("page", "1")
    risky = at_risk(run, measure, asked) if request.role >= Role.MANAGER else None
    wrong = risky is not None and str(risky["page"]) != asked
    more = {"question": QUESTIONS[measure], "measure": measure, "written": partial(_written, told)}
    return page(request, "value", 422 if wrong else 200, told=told, names=run.names, risky=risky, wrong=wrong, **more)


def _written(told: dict[str, Any], amount: float) -> str:
    return words.number(amount) if told.get("measure") == "orders" else words.money(amount, told["currency"])


def at_risk(run: Run, measure: str, asked: str) -> dict[str, Any]:
    """One page of the customers at risk, the greatest loss first; the first page where there is none such."""
    count = run.rows(f"SELECT count(*) AS customers FROM {run.table('churn_risk')}")[0]["customers"]
    pages = max(1, -(-count // ON_A_PAGE))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 and 1 <= int(asked) <= pages else 1
    rows = run.rows(
        f"SELECT * FROM {run.table('churn_risk')} ORDER BY {measure}_at_risk DESC, customer_id LIMIT ? OFFSET ?",
        [ON_A_PAGE, ON_A_PAGE * (number - 1)],
    )
    for row in rows:
        row |= {"expected": row[f"expected_{measure}"], "lost": row[f"{measure}_at_risk"]}
        row["address"] = quote(str(row["customer_id"]), safe="")
    return {"customers": count, "page": number, "pages": pages, "rows": rows}
