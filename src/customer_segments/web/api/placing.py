"""Which segment is a customer in, and what would move them to another?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field, ValidationError
from pydantic_core import to_json

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.web import results
from customer_segments.web.api.contract import Sent, Strict
from customer_segments.web.entering import spreads
from customer_segments.web.models import ApiKey
from customer_segments.web.pages import problem_json
from customer_segments.web.whatif import changes

router = Router(tags=["Placing customers"])
MOST = 1000
PUBLISHED = ("age", "spending", "frequency")
NOT_ASSIGNED = "Not assigned"
Cell = float | str | bool | None
Customer = Annotated[dict[str, Cell], Field(description="By the study's columns; null where a value is not known.")]


class Customers(Sent):
    customers: list[Customer] = Field(min_length=1, max_length=MOST)


class OneCustomer(Sent):
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
    return placed(request.key, finished(request.key), given.customers)


@router.post("/whatif", url_name="whatif", response=Change)
def whatif(request: HttpRequest, given: OneCustomer) -> HttpResponse:
    """The smallest single changes that would move a customer to another segment. Nothing is stored."""
    run = finished(request.key)
    lacking = [name for name in run.scorer.needed if name not in given.customer]
    if lacking:
        raise HttpError(422, f"The customer lacks {words.listed(lacking)}: give each, null where it is not known.")
    found = changes(run.scorer, given.customer, spreads(run), run.content()["study"]["currency"])
    told = [{name: value for name, value in asdict(each).items() if name != "text"} for each in found]
    return _answer({"changes": told})


@csrf_exempt  # a key, never a cookie
def published(request: HttpRequest) -> HttpResponse:
    """`/segment` as programs of the published kind send it: `[[age, spending, frequency], …]`, or as the API has it."""
    try:
        given, run = Strict().parse_body(request), finished(request.key)
        if isinstance(given, list) and given and isinstance(given[0], list):
            return placed(request.key, run, _columns(run.scorer.needed, given))
        told = Customers.model_validate({"customers": given} if isinstance(given, list) else given)
        return placed(request.key, run, told.customers)
    except HttpError as error:
        return problem_json(error.status_code, str(error))
    except Http404 as error:
        return problem_json(404, str(error))
    except StudyError as error:
        return problem_json(422, str(error))
    except ValidationError:
        return problem_json(422, f"Send 1 to {MOST:,} customers: a list of objects, or of [age, spending, frequency].")


def _columns(needed: tuple[str, ...], arrays: list[Any]) -> dict[str, Sequence[Any]]:
    """The published arrays as the study's own columns, where it is made by these three."""
    found = [[name for name in needed if ours in name.split("_")] for ours in PUBLISHED]
    if len(needed) != len(PUBLISHED) or any(len(each) != 1 for each in found):
        raise HttpError(422, f"This study is made by other columns than {', '.join(PUBLISHED)}: send objects.")
    if len(arrays) > MOST or not all(isinstance(each, list) and len(each) == len(PUBLISHED) for each in arrays):
        raise HttpError(422, f"Send 1 to {MOST:,} customers, each with three numbers: age, spending and frequency.")
    return {name: list(cells) for (name,), cells in zip(found, zip(*arrays, strict=True), strict=True)}


def placed(key: ApiKey, run: results.Run, customers: Any) -> HttpResponse:
    names = _names(run)
    scored = (part.tolist() for part in run.scorer.score(customers))
    told = [
        {"segment": segment, "name": names.get(segment, NOT_ASSIGNED), "certainty": sure, "outside": far, "filled": gap}
        for segment, sure, far, gap in zip(*scored, strict=True)
    ]
    return _answer({"study": str(key.study_id), "run": run.folder.name, "segments": told})


def finished(key: ApiKey) -> results.Run:
    """The last finished run of the key's study."""
    if key.latest_run is None:
        raise Http404("The study has no finished run yet.")
    return results.at(results.folder_at(key.study_id, UUID(str(key.latest_run))))


@lru_cache(maxsize=results.KEPT_OPEN)
def _names(run: results.Run) -> dict[int, str]:
    """The segments' names."""
    return {each["segment"]: each["name"] for each in run.segments()}


def _answer(told: dict[str, Any]) -> HttpResponse:
    """Made here and known to be right: to check 1,000 answers again would cost more than to find them."""
    return HttpResponse(to_json(told), content_type="application/json")
