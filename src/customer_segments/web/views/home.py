"""What did we find?"""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from customer_segments.web import results
from customer_segments.web.drawing import shade
from customer_segments.web.models import Study
from customer_segments.web.pages import page


def home(request: HttpRequest) -> HttpResponse:
    """The studies that someone may see, each with what it came to; the demo last."""
    mine = Study.objects.filter(Q(members=request.user) | Q(made_up=True)).distinct().order_by("made_up", "-created")
    told = []
    for study in mine:
        shown, latest = study.latest(), study.runs().first()
        content = shown and results.of(shown).content()
        told.append({"study": study, "content": content, "shown": shown, "latest": latest})
    return page(request, "home", studies=told, shade=shade)
