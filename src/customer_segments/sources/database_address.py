"""Where a database is: its address as the settings name it, with the secrets filled in."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from customer_segments.base.errors import StudyError
from customer_segments.sources.secrets import PLACEHOLDER, SECRET_OPTION, Secrets, only_placeholder

SETTING = "source.url"
PARTS = ("username", "password", "host", "database")
EMBEDDED = ("sqlite", "duckdb")  # in a file
NOT_SECRET = ("host", "database")


def address(text: str, secrets: Secrets, setting: str | None = SETTING) -> URL:
    """The database's address, filled in part by part, so that a password may hold any character.

    `secrets` learns what must never be shown; `setting` is where the address stands.
    """
    hidden = secrets.hidden
    if only_placeholder(text.strip()):
        text = secrets.filled(text.strip(), setting)
        hidden.add(text)
        url = _parsed(text, setting)
        hidden.update(value for name, value in _values(url).items() if name == "username" or SECRET_OPTION.search(name))
    else:
        template = _parsed(text, setting)
        _refuse_literal_secrets(template, setting)
        url = _filled(template, secrets, setting)
        asked = [name for name, value in _values(template).items() if PLACEHOLDER.search(value)]
        hidden.update(_values(url)[name] for name in asked if name not in NOT_SECRET)
        hidden.add(url.render_as_string(hide_password=False) if asked else "")
    if url.username in (url.host, url.database) and url.username != url.password:
        hidden.discard(url.username)  # the database's own name must stay readable
    return url


def _parsed(text: str, setting: str | None) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        raise StudyError(
            "What is named is not a database's address: write it as `postgresql://user:${SEGMENTS_PASSWORD}@host:5432/"
            "database`, `sqlite:///file.sqlite` or `duckdb:///file.duckdb`.",
            setting,
        ) from None


def _values(url: URL) -> dict[str, str]:
    """Every part and option of the address that is there, by its name."""
    options = {name: ",".join(values) for name, values in url.normalized_query.items()}
    return options | {part: str(value) for part in PARTS if (value := getattr(url, part)) is not None}


def _refuse_literal_secrets(template: URL, setting: str | None) -> None:
    for name, value in _values(template).items():
        if SECRET_OPTION.search(name) and value and not only_placeholder(value):
            raise StudyError(
                "The database's address holds a password: put it into an environment variable and write its name "
                "there instead, as in `${SEGMENTS_PASSWORD}`.",
                setting,
            )


def _filled(template: URL, secrets: Secrets, setting: str | None) -> URL:
    named = {part: str(value) for part in PARTS if (value := getattr(template, part)) is not None}
    parts = {part: secrets.filled(value, setting) for part, value in named.items()}
    options = {
        name: tuple(secrets.filled(value, setting) for value in values)
        for name, values in template.normalized_query.items()
    }
    return template.set(**parts, query=options)


def place_of(url: URL) -> str:
    """What a person calls the database: its name and host, without user, password and options."""
    backend = url.get_backend_name()
    if backend in EMBEDDED:
        return f"database {Path(url.database or '').name}"
    host = f" on {url.host}" if url.host else ""
    return f"database {url.database}{host}" if url.database else f"the {backend} database{host}"


def located(url: URL, base: Path) -> URL:
    """The address, where it is a file's with the place of that file, seen from `base`; it is never made here."""
    if url.get_backend_name() not in EMBEDDED:
        return url
    path = base / (url.database or "")
    if not url.database or not path.is_file():
        raise StudyError(f"The file of {place_of(url)} is not there: correct its name, or put it there.", SETTING)
    return url.set(database=str(path))


def reason_of(error: Exception) -> str:
    """A database's own words, on their first line, without the statement."""
    original = getattr(error, "orig", None) or error
    told = getattr(getattr(original, "diag", None), "message_primary", None) or str(original)
    return next((line.strip().rstrip(".") for line in told.splitlines() if line.strip()), type(original).__name__)
