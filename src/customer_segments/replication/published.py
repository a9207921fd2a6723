"""What a study has published (its figures as printed, what is to be corrected in it), and what comes out for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Section, Texts, validate

SUFFIX = ".yaml"
SETTING = "study.published"
OWN_FOLDER = "data/external/"  # where DVC sees that a file changes
NUMBER = re.compile(r"[-−]?[\d,]*\.?\d+")
Words = Annotated[str, Field(min_length=1)]
Value = float | str


class Printed(Section):
    """A figure that does not come out: as it was printed, and the value that does."""

    printed: Words
    found: Words


class Group(Section):
    """Figures that belong together: the text that was printed, under the keys that their measure wants.

    Where the group names no measure, the first key of each figure does.
    """

    title: Words
    measure: Words | None = None
    figures: Annotated[dict[str, Any], Field(min_length=1)]
    about: str = ""

    def leaves(self) -> list[Leaf]:
        """Every figure in order."""
        own = (self.measure,) if self.measure else ()
        found = [((*own, *keys), texts) for keys, *texts in _leaves(self.figures, ())]
        return [Leaf(self, measure, tuple(keys), *texts) for (measure, *keys), texts in found]


class Correction(Section):
    """Something that the study says, the check that computes what the data say, and why it matters."""

    said: Words
    check: Words
    given: dict[str, Any] = Field(default={})
    why: Words


class Published(Section):
    """A published study of the same data."""

    title: str = ""
    source: str = ""
    recipe: Texts = ()
    segments: dict[str, int] = Field(default={})  # their name: our number
    ours: str | None = None  # the ready-made study of the same data under our defaults
    groups: tuple[Group, ...] = Field(default=(), strict=False)
    corrections: tuple[Correction, ...] = Field(default=(), strict=False)

    def leaves(self) -> list[Leaf]:
        """Every printed figure in order."""
        return [leaf for group in self.groups for leaf in group.leaves()]


class Leaf(NamedTuple):
    """One printed figure: where it stands, and how it is computed of what."""

    group: Group
    measure: str
    keys: tuple[str, ...]
    printed: str
    found: str | None  # the value that comes out instead


@dataclass(frozen=True)
class Outcome:
    """A printed figure and what came out for it."""

    leaf: Leaf
    value: Value

    @property
    def matches(self) -> bool:
        return rounded_like(self.leaf.printed, self.value) == self.leaf.printed

    @property
    def shown(self) -> str:
        """Ours, with enough decimals to see how it differs."""
        like = self.leaf.printed if self.matches else self.leaf.found or self.leaf.printed
        return rounded_like(like, self.value)


class Corrected(NamedTuple):
    """A correction and what its check has found, or why it cannot be told."""

    correction: Correction
    found: Mapping[str, Any]
    unknown: str = ""


@dataclass(frozen=True)
class Side:
    """What one way of looking at the data comes to."""

    customers: int
    columns: int
    revenue: float | None
    sizes: tuple[int, ...]
    silhouette: float
    p_value: float
    found_again: float
    verdict: str


@dataclass(frozen=True)
class Replicated:
    """What was published, and what comes out; nothing does where nothing was published."""

    published: Published
    outcomes: Sequence[Outcome] = ()
    corrected: Sequence[Corrected] = ()
    sides: tuple[Side, Side] | None = None  # as published, and under our defaults


def read(name: str | None, folder: Path) -> Published:
    """The figures shipped under a name or those in a file of the study's folder; an empty study where none is named."""
    if name is None:
        return Published()
    text = _own(name, folder) if name.endswith(SUFFIX) else _shipped(name)
    try:
        content = YAML(typ="safe").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise StudyError(f"{name}{line} is not valid YAML: {getattr(error, 'problem', error)}.") from None
    if not isinstance(content, dict):
        raise StudyError(f"{name} must hold `title:`, `groups:` and so on, and holds none of them.")
    return validate(Published, content, where=name)


def shipped() -> list[str]:
    """The published studies whose figures come with the project."""
    found = (entry.name for entry in (resources.files(__package__) / "published").iterdir())
    return sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))


def _leaves(node: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str | None]]:
    """The keys, the printed text and what was found instead, of every figure below a node."""
    if isinstance(node, str):
        yield above, node, None
    elif isinstance(node, dict) and "printed" in node:
        leaf = validate(Printed, node, where=f"published figure {' / '.join(above)}")
        yield above, leaf.printed, leaf.found
    elif isinstance(node, dict) and node:
        for key, below in node.items():
            yield from _leaves(below, (*above, str(key)))
    else:
        raise StudyError(
            f"The published figure {' / '.join(above)} is {node!r}: write it in quotes as it was printed, so that its "
            "rounding is known."
        )


def _shipped(name: str) -> str:
    if name not in shipped():
        raise StudyError(
            f"`{SETTING}` is {name!r}: name one of {words.listed(shipped(), last='or')}, or a file of figures "
            f"such as {OWN_FOLDER}figures{SUFFIX}.",
            SETTING,
        )
    return (resources.files(__package__) / "published" / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def _own(name: str, folder: Path) -> str:
    if not name.startswith(OWN_FOLDER) or ".." in name:
        raise StudyError(
            f"`{SETTING}` is {name!r}: put the file into {OWN_FOLDER}, where its changes are seen.", SETTING
        )
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StudyError(f"`{SETTING}` names {name}, which is not there: put it there, or set null.", SETTING) from None
    except UnicodeDecodeError:
        raise StudyError(f"{name} is no text in UTF-8: save it again as YAML.") from None


def rounded_like(printed: str, value: Value) -> str:
    """A value with as many decimals as were printed, and written alike; text stays text."""
    if isinstance(value, str):
        return value
    if not NUMBER.fullmatch(printed):
        raise StudyError(
            f"A figure was printed as {printed!r} and {value:g} comes out: write the bare number, as in 38.1."
        )
    thousands, decimals = "," if "," in printed else "", len(printed.partition(".")[2])
    written = f"{value:{thousands}.{decimals}f}"
    return written.replace("-", "−") if "−" in printed else written
