"""One answer of a web API, whole or not at all: bounded in time, size and tries."""

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import WebSource
from customer_segments.sources.records import too_many

FIRST_PAUSE_SECONDS = 1.0  # doubled before each further try
LONGEST_PAUSE_SECONDS = 60.0
CONNECT_SECONDS = 10.0
SLOWEST_PAGE = 10  # how many time-outs a whole page may take, however steadily it trickles
LARGEST_PAGE_BYTES = 64 * 1024**2  # unpacked
CHUNK_BYTES = 64 * 1024
MOST_REDIRECTS = 5
MOST_DIGITS = 1_000
WORTH_ANOTHER_TRY = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Answer:
    """What one page of the API holds, and the address of the next one where its headers tell it."""

    content: Any
    next_link: str | None


class _PassingError(Exception):
    """Trouble that may pass; `pause_seconds` is how long the server asks to wait."""

    def __init__(self, reason: str, pause_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.pause_seconds = pause_seconds


def shown(url: str) -> str:
    """An address as it may be shown: without user, password and query."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.partition(';')[0]}"


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Which server an address leads to."""
    parts = _split(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def joined(url: str, link: str) -> str:
    """The whole address that a link on a page means."""
    _split(link)
    return urljoin(url, link)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read only now, and not always a number
    except ValueError:
        raise StudyError(
            "The address that is named, or one that the API names, is not a web address: correct it."
        ) from None
    return parts


def download(session: requests.Session, url: str, source: WebSource) -> Answer:
    """Ask for one page, again after trouble that may pass, and return what its JSON holds."""
    pause, reason = FIRST_PAUSE_SECONDS, ""
    for attempt in range(source.retries + 1):
        try:
            return _once(session, url, source)
        except _PassingError as trouble:
            reason, asked = str(trouble), trouble.pause_seconds
        if asked > LONGEST_PAUSE_SECONDS:
            raise StudyError(f"{shown(url)} asks to wait {words.number(asked)} seconds ({reason}): run it again later.")
        if attempt < source.retries:
            time.sleep(max(asked, min(pause, LONGEST_PAUSE_SECONDS)))
            pause *= 2
    tries = words.counted(source.retries + 1, "try", "tries")
    raise StudyError(f"{shown(url)} gave no whole answer in {tries} ({reason}): run it again later, or ask its owner.")


def _once(session: requests.Session, url: str, source: WebSource) -> Answer:
    """One try; trouble that may pass is told apart from what stays wrong."""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            timeout = (min(CONNECT_SECONDS, source.timeout_seconds), source.timeout_seconds)
            with session.get(url, stream=True, timeout=timeout, allow_redirects=False) as response:
                if not response.is_redirect:
                    _check_status(response, source)
                    content = _json(_body(response, source.timeout_seconds), url)
                    return Answer(content, response.links.get("next", {}).get("url"))
                moved = joined(url, response.headers["location"])
        except requests.exceptions.SSLError:
            raise StudyError(f"{shown(url)} has no certificate that can be trusted: correct the address.") from None
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
            raise _PassingError(f"no answer within {words.number(source.timeout_seconds)} seconds") from None
        except (urllib3.exceptions.HTTPError, requests.exceptions.ChunkedEncodingError):
            raise _PassingError("the answer broke off") from None
        except requests.exceptions.ConnectionError:
            raise _PassingError("the server could not be reached, or closed the connection") from None
        except requests.exceptions.RequestException:
            raise StudyError(
                f"{shown(url)} cannot be asked, or answers in no known way: correct the address."
            ) from None
        if origin(moved) != origin(url):  # the token is meant for the first server only
            raise StudyError(f"{shown(url)} leads on to {shown(moved)}: write that address instead.")
        url = moved
    raise StudyError(f"{shown(url)} leads on and on to other addresses: correct the address.")


def _check_status(response: requests.Response, source: WebSource) -> None:
    status, place = response.status_code, shown(response.url)
    if status in WORTH_ANOTHER_TRY:
        asked = response.headers.get("Retry-After", "")
        raise _PassingError(_status(status), float(asked) if asked.isascii() and asked.isdigit() else 0.0)
    if status == HTTPStatus.OK:
        return
    remedies = {
        401: "check the token" if source.token else "name its token",
        403: "ask its owner for the right to read it",
        404: "correct the address",
    }
    remedy = remedies.get(status, "correct the address, or ask its owner")
    raise StudyError(f"{place} answers {_status(status)}: {remedy}.", "source.token" if status == 401 else None)


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}" if status in list(HTTPStatus) else str(status)


def _body(response: requests.Response, timeout_seconds: float) -> bytes:
    """The whole body, unpacked; read piece by piece, so that neither a trickle nor a packed giant goes on for long."""
    deadline = time.monotonic() + SLOWEST_PAGE * timeout_seconds
    body = bytearray()
    while piece := response.raw.read1(CHUNK_BYTES, decode_content=True):
        body += piece
        if len(body) > LARGEST_PAGE_BYTES:
            most = words.number(LARGEST_PAGE_BYTES / 1024**2)
            raise StudyError(f"{shown(response.url)} answers with more than {most} MB at once: ask for smaller pages.")
        if time.monotonic() > deadline:
            raise _PassingError("the answer trickled in too slowly")
    return bytes(body)


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits  # longer ones Python refuses, or takes minutes for


def _json(body: bytes, url: str) -> Any:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        raise StudyError(
            f"{shown(url)} answers with a web page, not with JSON: correct the address, or check the token."
        )
    if too_many(body):
        raise StudyError(f"{shown(url)} answers with more values than fit into memory at once: ask for smaller pages.")
    try:
        return json.loads(body, parse_int=_whole_number)
    except RecursionError:
        raise StudyError(f"{shown(url)} answers with JSON nested too deeply to read: correct the address.") from None
    except ValueError:
        if not start or start in b"[{":
            raise _PassingError("the answer is not whole JSON") from None
        raise StudyError(f"{shown(url)} does not answer with JSON: correct the address.") from None
