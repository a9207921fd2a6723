"""What may stand in the log: addresses by their routes, failures by their kind and place; nobody's number or secret."""

from __future__ import annotations

import logging
import re
import traceback

from django.http import HttpRequest

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
OF_OTHERS = ("django", "waitress", "allauth", "ninja")  # whose sentences hold what was asked for
SENT = re.compile(r"(?:\S*/|['\"]).*", re.S)  # an address or what is quoted, to the end: both may hold blanks
MOST_CAUSES = 10


class Unnamed(logging.Filter):
    """Takes out of every record what someone sent, and what an exception says of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            status = getattr(record, "status_code", "")
            method = request.method if request.method in METHODS else "?"
            record.msg, record.args = "%s %s %s", (status, method, route_of(request))
        elif record.name.partition(".")[0] in OF_OTHERS:
            record.msg, record.args = _without_what_was_sent(record), ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = told(record.exc_info[1])  # a formatter makes none of its own then
        return True


def route_of(request: HttpRequest) -> str:
    """`studies/<uuid:study>/customers/<path:customer>`: which page, not whose."""
    from django.urls import Resolver404, resolve

    try:
        return "/" + (request.resolver_match or resolve(request.path_info)).route
    except Resolver404:
        return "an address that is not there"


def _without_what_was_sent(record: logging.LogRecord) -> str:
    """The sentence as its program words it, with numbers only in it."""
    worded = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    if isinstance(record.args, tuple) and record.args:
        worded %= tuple(each if isinstance(each, int | float) else "…" for each in record.args)
    return SENT.sub("…", worded)


def told(error: BaseException | None) -> str:
    """Where it was raised and of what kind, with what it came from; its sentence may hold a customer's number."""
    parts: list[str] = []
    while error is not None and len(parts) < MOST_CAUSES:
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nthat came from\n".join(parts)
