"""The API's description: for programs as OpenAPI, for people as a page."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve

from customer_segments.web.access import TABLE
from customer_segments.web.api.contract import WHEN
from customer_segments.web.models import Scope
from customer_segments.web.pages import page

PREFIX = "/api/v1/"


@cache
def schema() -> dict[str, Any]:
    from customer_segments.web.api import api

    return api.get_openapi_schema(path_prefix=PREFIX)


def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(schema())


def docs(request: HttpRequest) -> HttpResponse:
    told = schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, told))
    return page(request, "api_docs", schema=told, groups=groups, scopes=Scope.choices, errors=WHEN)


def _operation(path: str, method: str, operation: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    kind, content = next(iter(body.items()), ("", {}))
    good = next(each for status, each in operation["responses"].items() if str(status).startswith("2"))
    answer = next(iter(good.get("content", {}).values()), {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "scope": TABLE[resolve(re.sub(r"\{\w+\}", str(UUID(int=0)), path)).view_name][method.upper()].value,
        "said": operation.get("description", operation["summary"]),
        "parameters": [each for each in operation.get("parameters", ()) if each["in"] != "path"],
        "kind": kind,
        "takes": _fields(content.get("schema", {}), told),
        "gives": _fields(answer.get("schema", {}), told),
        "errors": [status for status in operation["responses"] if not str(status).startswith("2")],
    }


def _fields(schema: dict[str, Any], told: dict[str, Any], within: str = "") -> list[dict[str, str]]:
    """A shape as lines: name, kind and meaning; what is inside a list or an object comes after it."""
    if "$ref" in schema:
        schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "array":
        return _fields(schema["items"], told, f"{within}[]")
    lines = []
    for name, each in schema.get("properties", {}).items():
        place = f"{within}.{name}".strip(".")
        inner = each.get("items", each) if each.get("type") == "array" else each
        lines.append(
            {"name": place, "kind": _kind(each), "said": each.get("description") or inner.get("description", "")}
        )
        if "$ref" in inner:
            lines += _fields(inner, told, f"{place}[]" if inner is not each else place)
    return lines


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return schema.get("format") or schema.get("type") or "object"
