"""The API `/api/v1`: what programs may ask for with a key of a study."""

from __future__ import annotations

from customer_segments.web.api import entries, findings, leaving, placing, uploads, working
from customer_segments.web.api.contract import Api

api = Api(
    title="Customer segments",
    version="1",
    description="Place customers in the segments of a study, start its runs, and read what they found.",
    urls_namespace="api",
)
for part in (placing, uploads, working, findings, entries, leaving):
    api.add_router("", part.router)

patterns = [each for each in api.urls[0] if each.name != "api-root"]
