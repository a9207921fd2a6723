"""Which segment is a customer in, and what would move them to another?"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from customer_segments.base.errors import StudyError
from customer_segments.web import results
from customer_segments.web.api.contract import Strict
from customer_segments.web.models import Study
from customer_segments.web.pages import problem_json

router = Router(tags=["Placing customers"])
MOST = 1000
PUBLISHED = ("age", "spending", "frequency")
NOT_ASSIGNED = "Not assigned"
Cell = float | str | bool | None
Customer = Annotated[dict[str, Cell], Field(description="By the study's columns; null where a value is not known.")]


class Customers(Schema):
    customers: list[Customer] = Field(min_length=1, max_length=MOST)


class OneCustomer(Schema):
    customer: Customer


class Placed(Schema):
    segment: int = Field(description="From 1; 0 where the study leaves such customers out.")
    name: str
    certainty: float = Field(description="0 to 1")
    outside: bool = Field(description="Unlike all customers that the segments were made of.")
    filled: bool = Field(description="A value was not known, and a typical one stood in its place.")


class Placements(Schema):
    study: UUID
    run: UUID
    segments: list[Placed] = Field(description="In the order of the customers.")


class Change(Schema):
    changes: list[dict[str, Any]] = Field(description="The smallest single changes that would move this customer.")


@router.post("/segment", url_name="segment", response=Placements)
def segment(request: HttpRequest, given: Customers) -> HttpResponse:
    """Place 1 to 1,000 customers in the study's segments. Nothing of them is stored."""
    return placed(request.study, given.customers)


@router.post("/whatif", url_name="whatif", response=Change)
def whatif(request: HttpRequest, given: OneCustomer) -> HttpResponse:
    """The smallest single changes that would move a customer to another segment. Nothing is stored."""
    try:
        from customer_segments.web.whatif import proposals
    except ImportError:
        raise HttpError(404, "This is not offered here yet.") from None
    _, run = finished(request.study)
    return _answer({"changes": proposals(run.scorer, given.customer)})


@csrf_exempt  # a key, never a cookie
def published(request: HttpRequest) -> HttpResponse:
    """`/segment` as programs of the published kind send it: `[[age, spending, frequency], …]`, or as the API has it."""
    try:
        given = Strict().parse_body(request)
        if isinstance(given, list) and given and all(isinstance(each, list) for each in given):
            given = {"customers": _named(request.study, given)}
        told = Customers.model_validate({"customers": given} if isinstance(given, list) else given)
        return placed(request.study, told.customers)
    except HttpError as error:
        return problem_json(error.status_code, str(error))
    except Http404 as error:
        return problem_json(404, str(error))
    except StudyError as error:
        return problem_json(422, str(error))
    except ValueError:
        return problem_json(422, f"Send 1 to {MOST:,} customers: a list of objects, or of [age, spending, frequency].")


def _named(study: Study, arrays: list[list[Any]]) -> list[dict[str, Any]]:
    """The published arrays by the study's own columns, where it is made by these three."""
    needed = finished(study)[1].scorer.needed
    found = [[name for name in needed if ours in name.split("_")] for ours in PUBLISHED]
    if len(needed) != len(PUBLISHED) or any(len(each) != 1 for each in found):
        raise HttpError(422, f"This study is made by other columns than {', '.join(PUBLISHED)}: send objects.")
    if any(len(each) != len(PUBLISHED) for each in arrays):
        raise HttpError(422, "Each customer has three numbers: age, spending and frequency.")
    names = [each[0] for each in found]
    return [dict(zip(names, each, strict=True)) for each in arrays]


def placed(study: Study, customers: list[dict[str, Any]]) -> HttpResponse:
    job, run = finished(study)
    names = _names(run.folder)
    scored = (part.tolist() for part in run.scorer.score(customers))
    told = [
        {"segment": segment, "name": names.get(segment, NOT_ASSIGNED), "certainty": sure, "outside": far, "filled": gap}
        for segment, sure, far, gap in zip(*scored, strict=True)
    ]
    return _answer({"study": str(study.id), "run": str(job.id), "segments": told})


def finished(study: Study) -> tuple[Any, results.Run]:
    job = study.latest()
    if job is None:
        raise Http404("The study has no finished run yet.")
    return job, results.of(job)


@lru_cache(maxsize=results.KEPT_OPEN)
def _names(folder: Any) -> dict[int, str]:
    """The segments' names; a finished run's never change."""
    return {each["segment"]: each["name"] for each in results.Run(folder).segments()}


def _answer(told: dict[str, Any]) -> HttpResponse:
    """Made here and known to be right: to check 1,000 answers again would cost more than to find them."""
    return HttpResponse(json.dumps(told, separators=(",", ":")), content_type="application/json")
