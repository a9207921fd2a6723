"""Figures for Prometheus, told on a private port: how many answers, how long they took, how much work waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

from customer_segments.web.models import Job

ANSWERS = Counter("explorer_answers", "Answers, by the page's name.", ["page", "method", "status"])
SECONDS = Histogram("explorer_seconds", "How long an answer took.", ["page"])


class Counted:
    """Counts by names of pages, never by addresses, which say who looks at what."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        if not any(isinstance(each, Work) for each in list(REGISTRY._collector_to_names)):
            REGISTRY.register(Work())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else "none"
        ANSWERS.labels(page, request.method, response.status_code).inc()
        SECONDS.labels(page).observe(time.perf_counter() - began)
        return response


class Work:
    """What stands in the queue, asked for when it is to be told."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        told = GaugeMetricFamily("explorer_jobs", "Jobs, by kind and state.", labels=["kind", "state"])
        try:
            for kind, state, count in Job.objects.values_list("kind", "state").annotate(Count("id")):
                told.add_metric([kind, state], count)
        except DatabaseError:
            return
        finally:
            connection.close()  # each question comes in a thread of its own
        yield told
