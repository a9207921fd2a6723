"""The studies there are: what each is, which file it wants, where to put it and where to get it."""

import textwrap
from difflib import get_close_matches
from importlib import resources
from typing import Annotated, Any

from pydantic import Field
from ruamel.yaml import YAML

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Section, validate

DEFAULT = "demo"  # the study of the committed params.yaml; names every key that any study sets
SUFFIX = ".yaml"
WIDTH = 100
Words = Annotated[str, Field(min_length=1)]


class About(Section):
    """What a reader wants to know before choosing a study."""

    title: Words
    what: Words
    file: str | None = None  # its place in the project; null = the study makes its own data
    get: Words
    licence: Words
    size: Words


class Overlay(Section):
    """A study's file: what it is, and the keys of params.yaml that it sets."""

    about: About
    params: dict[str, Any]


def names() -> list[str]:
    """All studies, the default first."""
    found = (entry.name for entry in resources.files(__package__).iterdir())
    studies = sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))
    return sorted(studies, key=lambda name: name != DEFAULT)


def text_of(name: str) -> str:
    """A study's file as it is written, or a word on which studies there are."""
    known = names()
    if name not in known:
        guess = get_close_matches(name, known, n=1)
        hint = f" (did you mean `{guess[0]}`?)" if guess else ""
        raise StudyError(f"There is no study called {name!r}{hint}: there are {words.listed(known)}.")
    return resources.files(__package__).joinpath(f"{name}{SUFFIX}").read_text(encoding="utf-8")


def overlay(name: str) -> Overlay:
    """A study, read and validated."""
    return validate(Overlay, YAML(typ="safe").load(text_of(name)), where=f"{name}{SUFFIX}")


def listing() -> str:
    """Every study in a few lines, for a terminal."""
    return "\n\n".join(_entry(name, overlay(name).about) for name in names())


def _entry(name: str, about: About) -> str:
    facts = {
        "File": about.file or "none: it makes its own data",
        "Get it": about.get,
        "Licence": about.licence,
        "Size": about.size,
    }
    lines = [f"{name}: {about.title}", *_wrapped(about.what, "  ", "  ")]
    for label, fact in facts.items():
        lines += _wrapped(fact, f"  {label + ':':<9} ", " " * 12)
    return "\n".join(lines)


def _wrapped(text: str, first: str, other: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=other, break_on_hyphens=False, break_long_words=False
    )
