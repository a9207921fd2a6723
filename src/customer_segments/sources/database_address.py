"""Where a database is: its address from params.yaml, with what the environment adds."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from customer_segments.base.errors import StudyError
from customer_segments.run import workspace
from customer_segments.sources.secrets import PLACEHOLDER, filled, only_placeholder

KEY = "source.url"
PARTS = ("username", "password", "host", "database")
NOT_SECRET = ("host", "database")
SECRET_OPTION = re.compile(r"pass|pwd|secret|token|odbc_connect", re.IGNORECASE)


def address(text: str, secrets: set[str]) -> URL:
    """The database's address, filled in part by part, so that a password may hold any character.

    `secrets` receives what must never be shown.
    """
    if only_placeholder(text.strip()):
        text = filled(text.strip(), KEY)
        secrets.add(text)
        url = _parsed(text)
        secrets.update(value for name, value in _values(url).items() if _is_secret(name))
    else:
        template = _parsed(text)
        _refuse_literal_secrets(template)
        url = _filled(template)
        asked = [name for name, value in _values(template).items() if PLACEHOLDER.search(value)]
        secrets.update(_values(url)[name] for name in asked if name not in NOT_SECRET)
        secrets.add(url.render_as_string(hide_password=False) if asked else "")
    if url.username in (url.host, url.database) and url.username != url.password:
        secrets.discard(url.username)  # the database's own name must stay readable
    return url


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        raise StudyError(
            "`source.url` in params.yaml is not a database's address: write it as "
            "`postgresql://user:${SHOP_PASSWORD}@host:5432/database`, `sqlite:///file.sqlite` or `duckdb:///file.duckdb`."
        ) from None


def _values(url: URL) -> dict[str, str]:
    """Every part and option of the address that is there, by its name."""
    options = {name: ",".join(values) for name, values in url.normalized_query.items()}
    return options | {part: str(value) for part in PARTS if (value := getattr(url, part)) is not None}


def _is_secret(name: str) -> bool:
    return name == "username" or SECRET_OPTION.search(name) is not None


def _refuse_literal_secrets(template: URL) -> None:
    for name, value in _values(template).items():
        if SECRET_OPTION.search(name) and value and not only_placeholder(value):
            raise StudyError(
                "`source.url` in params.yaml holds a password: put it into an environment variable and write "
                "its name there instead, as in `${SHOP_PASSWORD}`."
            )


def _filled(template: URL) -> URL:
    parts = {part: filled(str(value), KEY) for part in PARTS if (value := getattr(template, part)) is not None}
    options = {
        name: tuple(filled(value, KEY) for value in values) for name, values in template.normalized_query.items()
    }
    return template.set(**parts, query=options)


def place_of(url: URL) -> str:
    """What a person calls the database: its name and host, without user, password and options."""
    backend = url.get_backend_name()
    if backend in ("sqlite", "duckdb"):
        return f"database {Path(url.database or '').name}"
    host = f" on {url.host}" if url.host else ""
    return f"database {url.database}{host}" if url.database else f"the {backend} database{host}"


def file_of(url: URL, place: str) -> Path:
    """The file of an embedded database, seen from the project's folder; it is never made here."""
    path = workspace.root() / (url.database or "")
    if not url.database or not path.is_file():
        raise StudyError(f"The file of {place} is not there: correct `source.url` in params.yaml, or put it there.")
    return path
