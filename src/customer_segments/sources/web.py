"""Read the records of a JSON API, page by page, into one Parquet file, whole or not at all.

Rows stay in the order in which the API gives them.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Pagination, WebSource
from customer_segments.sources.download import Answer, download, joined, origin, shown
from customer_segments.sources.fetched import spooled
from customer_segments.sources.part import MOST_COLUMNS
from customer_segments.sources.records import MISSING, at, records_of
from customer_segments.sources.secrets import SECRET_OPTION, Reach, Secrets, only_placeholder

BATCH_RECORDS = 10_000
TOKEN, PAGINATION, FIELD = "source.token", "source.pagination", "source.pagination.field"
DESCRIBE = "describe how it hands out its pages."
NEXT = {
    *("next", "nextpage", "nextlink", "nexturl", "nexthref", "nextcursor", "nexttoken", "nextpagetoken"),
    *("odatanextlink", "hasmore", "hasnext", "hasnextpage", "more"),
}
TOTALS = {"count", "odatacount", "totalcount", "totalrecords", "totalresults", "totalitems"}
Record = dict[str, Any]


def fetch(source: WebSource, table: str, path: Path, reach: Reach) -> str:
    """Fetch one of the source's tables, or nothing at all; returns what a person calls it, without secrets."""
    secrets, url = Secrets(reach.secrets), getattr(source, table) or ""
    return secrets.kept(lambda: _fetch(source, url, path, secrets), f"source.{table}", OSError)


def _fetch(source: WebSource, url: str, path: Path, secrets: Secrets) -> str:
    _refuse_unfit(url)
    with _session(source, secrets) as session:
        batches = (_columns(batch, url) for batch in _batches(_pages(session, url, source)))
        if not spooled(batches, path, ordered=True):
            raise StudyError(f"{shown(url)} gives no records: correct the address.")
    return shown(url)


def _columns(batch: list[Record], url: str) -> dict[str, list[Any]]:
    """A batch field by field; one that a record lacks is missing in it."""
    fields = dict.fromkeys(name for record in batch for name in record)
    if not fields:
        raise StudyError(f"{shown(url)} gives records without any field: correct the address.")
    if len(fields) > MOST_COLUMNS:
        raise StudyError(f"{shown(url)} gives more than {MOST_COLUMNS:,} fields: ask for fewer.")
    return {name: [record.get(name) for record in batch] for name in fields}


def _refuse_unfit(url: str) -> None:
    """The API's address, which must lead to a server and hold no secret."""
    scheme, host, _ = origin(url)
    if scheme not in ("http", "https") or not host:
        raise StudyError("What is named is not a web address: write it as https://api.example/orders.")
    parts = urlsplit(url)
    options = parse_qsl(f"{parts.query}&{parts.fragment}".replace(";", "&"))
    secret = next((name for name, _ in options if SECRET_OPTION.search(name)), None)
    if secret or "@" in parts.netloc:
        held = f"`{secret}`" if secret else "a user name or a password"
        raise StudyError(
            f"The address holds {held}: leave it out, put the token into an environment variable and write "
            "`token: ${SEGMENTS_TOKEN}`."
        )


def _session(source: WebSource, secrets: Secrets) -> requests.Session:
    """A session that sends the token, and no other credentials that this machine may hold for the server."""
    token = _token(source, secrets)

    def authorise(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    session = requests.Session()
    session.auth = authorise  # also keeps requests from looking into ~/.netrc
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip, deflate"})
    return session


def _token(source: WebSource, secrets: Secrets) -> str | None:
    if source.token is None:
        return None
    if not only_placeholder(source.token):
        raise StudyError(
            "The settings must not hold the token itself: put it into an environment variable and write its name "
            "there, as in `${SEGMENTS_TOKEN}`.",
            setting=TOKEN,
        )
    token = secrets.filled(source.token, TOKEN).strip()
    secrets.hidden.add(token)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise StudyError(f"The token in {source.token} holds signs that no token can have: copy it again.", TOKEN)
    return token


def _batches(pages: Iterator[list[Record]]) -> Iterator[list[Record]]:
    """Small pages put together, so that each batch is worth a file."""
    batch: list[Record] = []
    for records in pages:
        batch += records
        if len(batch) >= BATCH_RECORDS:
            yield batch
            batch = []
    if batch:
        yield batch


def _pages(session: requests.Session, url: str, source: WebSource) -> Iterator[list[Record]]:
    """The records of each page, until the API says or shows that there are no more."""
    place, path = shown(url), source.records
    asked, seen, gathered = set(), set(), 0
    following: str | None = url
    if source.pagination and source.pagination.by == "page":
        following = _with(url, source.pagination.parameter or "page", source.pagination.first_page)
    for number in count(1):
        if number > source.most_pages:
            most = words.counted(source.most_pages, "page")
            raise StudyError(f"{place} has more than {most}: allow more.", setting="source.most_pages")
        asked.add(following)
        answer = download(session, following, source)
        records, found = records_of(answer.content, path, f"Page {number} of {place}")
        path = found if records else path
        content = hashlib.sha256(json.dumps(records).encode()).digest()
        if records and content in seen:
            raise StudyError(f"Page {number} of {place} holds what an earlier page held: {DESCRIBE}", PAGINATION)
        seen.add(content)
        gathered += len(records)
        yield records
        following = _following(following, number, answer, records, source.pagination)
        if following is None:
            return _check_all_there(answer, gathered, place, source.pagination)
        if following in asked:
            raise StudyError(f"Page {number} of {place} leads back to an earlier page: {DESCRIBE}", PAGINATION)


def _following(url: str, number: int, answer: Answer, records: list[Record], how: Pagination | None) -> str | None:
    """The address of the next page, or None after the last one."""
    if how is None:
        return None
    if how.by == "page":
        ended = not records or _tells_of_more(answer.content) is False
        return None if ended else _with(url, how.parameter or "page", how.first_page + number)
    told = _told(answer, how)
    if told in (MISSING, None, "", False):
        return None
    if isinstance(told, dict | list):
        raise StudyError(f"`{how.field}` in {shown(url)} is no single value: name another field.", FIELD)
    if how.by == "cursor":
        return _with(url, how.parameter or "cursor", told)
    link = joined(url, str(told))
    if origin(link) != origin(url):  # the token is meant for the first server only
        raise StudyError(
            f"{shown(url)} names {shown(link)} as its next page, which is on another server: ask its owner."
        )
    return link


def _told(answer: Answer, how: Pagination) -> Any:
    """The next link or cursor as the answer tells it."""
    if how.field:
        return at(answer.content, how.field)
    if how.by == "cursor":
        raise StudyError("Nothing says where an answer tells the next cursor: name the field.", FIELD)
    return answer.next_link or at(answer.content, "next")


def _with(url: str, name: str, value: object) -> str:
    """The address with this parameter instead of one of the same name."""
    parts = urlsplit(url)
    kept = [(key, old) for key, old in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, value)])))


def _check_all_there(answer: Answer, gathered: int, place: str, how: Pagination | None) -> None:
    """Refuse to stop where the last answer says that there is more."""
    total = _stated_total(answer.content)
    if total is not None and gathered < total:
        told = f"says that it has {words.counted(total, 'record')} and gave {words.number(gathered)}"
    elif (how is None or how.by != "page") and (answer.next_link or _tells_of_more(answer.content)):
        told = "says that there are more pages"
    else:
        return
    raise StudyError(f"{place} {told}: {DESCRIBE}", PAGINATION)


def _tells_of_more(answer: Any) -> bool | None:
    """Whether the answer says that more pages follow; None where it says nothing."""
    told = [value for key, value in _values(answer) if key in NEXT]
    return any(bool(value) for value in told) if told else None


def _stated_total(answer: Any) -> int | None:
    """How many records there are in all, as the answer states it."""
    totals = [value for key, value in _values(answer) if key in TOTALS and type(value) is int]
    return max(totals, default=None)


def _values(answer: Any) -> Iterator[tuple[str, Any]]:
    """Every named value outside of lists, its name in small letters only."""
    for key, value in answer.items() if isinstance(answer, dict) else ():
        yield re.sub(r"[^a-z]", "", key.lower()), value
        yield from _values(value)
