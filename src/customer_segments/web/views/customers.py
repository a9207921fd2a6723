"""The customers: found, sorted and looked at one by one; for those who may see persons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from markupsafe import Markup

from customer_segments.base import words
from customer_segments.base.registry import FOUND_AGAIN
from customer_segments.web import asking, drawing, finding, kinds, results, typical, whatif
from customer_segments.web.entering import spreads
from customer_segments.web.names import ORDERS
from customer_segments.web.pages import address_of, page
from customer_segments.web.views.study import latest

MOST_ORDERS = 20
LIFETIMES = ("alive_probability", "expected_orders", "expected_value")
OF_ONE = {"alive_probability": "Likely still a customer"}  # where a table's heading speaks of many


def customers(request: HttpRequest, study: UUID) -> HttpResponse:
    """Who is it? One page of the customers that the address asks for."""
    run = latest(request)
    question = asking.asked(request.GET, run.columns)
    found = finding.found(run, question) if question.valid else None
    columns = {name: typical.label(name) for name in run.columns if name not in (asking.ID, "segment")}
    right = {name for name in question.shown if kinds.kind(run.columns[name]) == "number"}
    told = {
        "rows": _lines(found.rows, question.shown, right, typical.currency(run), study) if found else [],
        "question": question, "found": found, "columns": columns, "names": typical.names(run), "right": right,
        "operators": asking.OPERATORS,
        "said_in_words": in_words(question, typical.names(run)),
        "address": lambda **changed: "?" + urlencode(asking.parameters(question, **changed), doseq=True),
    }  # fmt: skip
    return page(request, "customers", 200 if question.valid else 422, **told)


def _lines(
    rows: list[dict[str, Any]], shown: Sequence[str], right: set[str], currency: str, study: UUID
) -> list[Markup]:
    """The lines of the table, which a template would make slowly."""
    columns = [(name, typical.writer(name, currency), ' class="number"' if name in right else "") for name in shown]
    begins = f'<tr><td><a href="{escape(address_of("customers", study))}/'
    return [
        Markup(
            f'{begins}{quote(row[asking.ID], safe="")}">{escape(row[asking.ID])}</a></td>'
            + "".join(f"<td{its_class}>{escape(write(row[name]))}</td>" for name, write, its_class in columns)
            + "</tr>\n"
        )
        for row in rows
    ]


def in_words(question: asking.Asked, names: dict[int, str]) -> str:
    """What is asked, as a sentence's end; “and” binds before “or”."""
    groups: list[list[str]] = []
    for each in question.conditions:
        if each.joined == asking.OR or not groups:
            groups.append([])
        operator = asking.OPERATORS.get(each.operator)
        if operator:
            value = "" if operator.bare else f" {each.text}"
            groups[-1].append(f"{words.within(typical.label(each.column))} {operator.words}{value}")
    parts = [", or ".join(" and ".join(group) for group in groups)]
    if question.segment is not None:
        parts.insert(0, f"segment is {names.get(question.segment, words.segment(question.segment))}")
    if question.search:
        parts.insert(0, f"number begins with {question.search}")
    return "; ".join(filter(None, parts))


def customer(request: HttpRequest, study: UUID, customer: str) -> HttpResponse:
    """One customer against the segment's typical values, and what would move them."""
    run = latest(request)
    own = one(run, customer)
    if own is None:
        raise Http404
    placed = run.scorer.score([own])
    currency = typical.currency(run)
    told = {
        "customer": own, "features": compared(run, own, currency), "orders": orders(run, customer),
        "outside": bool(placed.outside[0]), "sure": float(placed.certainty[0]), "names": typical.names(run),
        "bar": drawing.bar, "value": value(run, own, currency), "currency": currency,
        "written": typical.written, "label": typical.label,
        "changes": whatif.changes(run.scorer, own, spreads(run), currency),
    }  # fmt: skip
    return page(request, "customer", **told)


def one(run: results.Run, number: str) -> dict[str, Any] | None:
    rows = run.rows(f"SELECT * FROM {run.customers} WHERE customer_id = ?", [number])
    return rows[0] if rows else None


def compared(run: results.Run, own: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    """Every column: the customer's value, the segment's typical one, and where among all the customer stands."""
    skipped = (asking.ID, "segment", "segment_name", FOUND_AGAIN.name, *LIFETIMES)
    told = []
    for name, stored in run.columns.items():
        kind = kinds.kind(stored)
        if name in skipped or kind == "date":
            continue
        number = kind == "number"
        usual = (typical.medians if number else typical.answers)(run, name).get(own["segment"])
        spread = typical.spread(run, name) if number and own[name] is not None else None
        told.append(
            {
                "name": name,
                "makes": name in run.scorer.needed,
                "own": typical.written(name, own[name], currency),
                "usual": typical.written(name, usual, currency),
                "below": spread.below(float(own[name])) if spread else None,
            }
        )
    return sorted(told, key=lambda row: not row["makes"])


def value(run: results.Run, own: dict[str, Any], currency: str) -> list[tuple[str, str]]:
    """What the customer has brought and is expected to bring, as far as the study knows."""
    names = [name for name in ("net_revenue", *LIFETIMES) if own.get(name) is not None]
    return [(OF_ONE.get(name) or typical.label(name), typical.written(name, own[name], currency)) for name in names]


def orders(run: results.Run, number: str) -> dict[str, Any] | None:
    """The latest orders, and how many there are; nothing in a study without orders."""
    if not run.has(ORDERS):
        return None
    rows = run.rows(
        f"SELECT * EXCLUDE customer_id, count(*) OVER () AS total FROM {run.orders} WHERE customer_id = ? "
        f"ORDER BY day DESC, invoice_id LIMIT {MOST_ORDERS}",
        [number],
    )
    first = rows[0] if rows else {}
    told = {"items_told": "items" in first, "money_told": "revenue" in first}
    return {"rows": rows, "total": first.get("total", 0), **told}
