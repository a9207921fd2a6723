"""A study that is no longer needed: what would go with it, then all of it is gone."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from customer_segments.web import deleting
from customer_segments.web.pages import page


def delete(request: HttpRequest, study: UUID) -> HttpResponse:
    """Asked for in two steps: what would go is told first, and the name has to be written."""
    if request.method == "GET":
        return _page(request)
    title = request.study.title
    if request.POST.get("title", "").strip() != title.strip():
        return _page(request, 422, wrong=deleting.WRONG_TITLE)
    if not deleting.delete(request.study, request.user):
        return _page(request, 422, busy=deleting.BUSY)
    messages.info(request, f"{title} is deleted; its files go within moments.")
    return redirect("home")


def _page(request: HttpRequest, status: int = 200, wrong: str = "", busy: str = "") -> HttpResponse:
    return page(
        request, "delete", status, goes=deleting.what_goes(request.study), wrong=wrong, busy=busy,
        written=request.POST.get("title", ""), backups_days=settings.BACKUPS_KEPT_DAYS,
    )  # fmt: skip
