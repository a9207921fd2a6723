"""What holds for every address of the API: strict JSON in, one form of error out, and a schema that says so."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import from_json

from customer_segments.base.errors import StudyError
from customer_segments.web.pages import SAID, problem_json

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence: what is wrong, and what to do."},
        "errors": {
            "type": "array",
            "description": "Where, in what was sent.",
            "items": {"type": "object", "properties": {"at": {"type": "string"}, "told": {"type": "string"}}},
        },
    },
}
ERRORS = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429)
WHEN = {
    400: "What was sent cannot be read, such as text that is no JSON.",
    401: "The key is missing, unknown, expired or revoked.",
    403: "The key lacks the scope.",
    404: "It is not there, or belongs to another study.",
    405: "This address knows no such method.",
    409: "What runs already has to end first.",
    413: "What was sent is too large.",
    415: "What was sent is of another kind than this address takes.",
    422: "What was sent can be read, and cannot be used; `detail` says why.",
    429: "The key was used too often; `Retry-After` says for how many seconds to wait.",
}


class Key(HttpBearer):
    """A key of a study, in `Authorization: Bearer …`; the gate has looked at it by now."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "key", None)


class RefusedError(HttpError):
    """What a form says of what was sent, field by field."""

    def __init__(self, status: int, errors: list[tuple[str, str]]) -> None:
        super().__init__(status, errors[0][1])
        self.errors = [{"at": at, "told": told} for at, told in errors]


def plain(text: str) -> str:
    """No database keeps the sign that ends a text in C."""
    if "\0" in text:
        raise ValueError("it holds a sign that cannot be kept")
    return text


Text = Annotated[str, AfterValidator(plain)]


class Sent(BaseModel):
    """What a program sends: an object with what is named, and nothing else. (ninja's own would take a list for one.)"""

    model_config = ConfigDict(extra="forbid")


class Strict(Parser):
    """JSON as it is defined: without NaN and Infinity, which Python's reader would take."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return from_json(request.body, allow_inf_nan=False)
        except ValueError:
            raise HttpError(400, "What was sent is no JSON.") from None


class Api(NinjaAPI):
    """Ours, with every error as `application/problem+json`, in answers and in the schema."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts, docs_url=None, openapi_url=None, auth=Key(), parser=Strict())
        self.add_exception_handler(ValidationError, _invalid)
        self.add_exception_handler(HttpError, lambda request, error: problem_json(error.status_code, str(error)))
        self.add_exception_handler(RefusedError, _refused)
        self.add_exception_handler(Http404, lambda request, error: problem_json(404, str(error) or SAID[404]))
        self.add_exception_handler(StudyError, lambda request, error: problem_json(422, str(error)))

    def get_openapi_operation_id(self, operation: Any) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **facts: Any) -> dict[str, Any]:
        schema = super().get_openapi_schema(**facts)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"] |= {str(status): _error(status) for status in ERRORS}
        return schema


def _error(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": WHEN[status], "content": content} | (
        {"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    )


def _refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    return problem_json(error.status_code, str(error), errors=error.errors)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where and why; never what was sent, which may be about a customer."""
    found = [{"at": _place(each["loc"]), "told": each["msg"]} for each in error.errors[:20]]
    return problem_json(422, f"{found[0]['at']}: {found[0]['told']}.", errors=found)


def _place(parts: Any) -> str:
    """`customers.3.age`, without the names that only our own code knows."""
    shown = parts[2:] if parts[0] == "body" else parts[1:]
    return ".".join(str(part)[:80] for part in shown) or str(parts[0])
