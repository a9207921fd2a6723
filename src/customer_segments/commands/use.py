"""Make params.yaml describe another study, changing only what studies are about.

The overlays of all studies touch the same keys: what the study is called, where its tables come from, the columns that
make the segments, and what a replicated study fixed. `use` sets each of them: to what the study says, or else to what
`demo.yaml` says, which has them all. So `use a` and then `use b` gives what `use b` alone gives, and `use demo` gives
back the committed file. Everything else (the range of k, a playbook of one's own, every comment) stays as the person
left it.

ruamel.yaml says where each value stands in the text. Dumping the file anew would lose a comment's column and where a
section's last comment ends, so that setting a value back would not give back the file.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from difflib import unified_diff
from io import StringIO
from pathlib import Path
from textwrap import indent
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.files import write_text
from customer_segments.base.params import PARAMS_FILE, Params, load_params, validate
from customer_segments.studies import catalogue

WHOLE = ("source",)  # set with everything below it: another kind of source has other keys
INDENT = 2  # how much deeper than its key a value stands that takes lines of its own; a list stands below its key
KeyPath = tuple[str, ...]


class Change(NamedTuple):
    """What `use` did: the lines of a diff (none where nothing had to change), and what to do next."""

    diff: list[str]
    next_step: str


class Value(NamedTuple):
    """A value as it is written: on its key's line, or on lines of its own (not indented)."""

    inline: str
    block: tuple[str, ...] = ()


class Place(NamedTuple):
    """Where a key and its value stand in the lines of a file."""

    first: int
    after: int  # the first line that belongs to neither
    head: str  # the key's line up to and with the colon
    comment: str  # at the end of the key's line
    column: int  # where that comment begins
    value: Value


def listing() -> str:
    """What each ready-made study is, and which file it wants."""
    return catalogue.listing()


def use(name: str, root: Path) -> Change:
    """Merge a study into params.yaml, which stays as it is if anything is wrong with it or with the result."""
    about = catalogue.overlay(name).about
    return Change(_edited(root, lambda text: merged(text, name), name), next_step(about, root))


def use_source(source: dict[str, Any], root: Path) -> Change:
    """Let the study read these files, and be called after them if it is still called as the demo; all else stays."""

    def edited(text: str) -> str:
        expected = YAML(typ="safe").load(text)
        called = _called_after(source) if expected["study"]["title"] == _demo()["title"] else {}
        wanted = {("source",): source} | {("study", key): value for key, value in called.items()}
        expected |= {"source": source, "study": expected["study"] | called}
        return _proven(with_values(text, {path: as_dvc_writes(value) for path, value in wanted.items()}), expected)

    return Change(_edited(root, edited, "these files"), "Next: `segments run`.")


def _demo() -> dict[str, Any]:
    return catalogue.overlay(catalogue.DEFAULT).params["study"]


def _called_after(source: dict[str, Any]) -> dict[str, str]:
    """A title and a short name, of the words in the name of the first file."""
    place = Path(source.get("transactions") or source["customers"])
    told = re.findall(r"[^\W_]+", place.stem) or re.findall(r"[^\W_]+", place.absolute().parent.name) or ["study"]
    plain = unicodedata.normalize("NFKD", "_".join(told).lower()).encode("ascii", "ignore").decode()
    short = re.sub(r"^[^a-z]+|[^a-z0-9_]", "", plain)
    return {"title": words.capital(" ".join(told)), "name": short or "study"}


def _edited(root: Path, edit: Callable[[str], str], name: str) -> list[str]:
    """Edit params.yaml, its line ends as they are; what was changed, as a diff."""
    path = root / PARAMS_FILE
    load_params(path)
    before = path.read_bytes().decode("utf-8")
    after = edit(before.replace("\r\n", "\n"))
    if "\r\n" in before:
        after = after.replace("\n", "\r\n")
    if after != before:
        write_text(after, path)
    after_name = f"{PARAMS_FILE} ({name})"
    return list(unified_diff(before.splitlines(), after.splitlines(), PARAMS_FILE, after_name, lineterm=""))


def settings(name: str) -> dict[KeyPath, Value]:
    """Every key that any study sets, with the value it has in this one."""
    return {
        path: value
        for study in (catalogue.DEFAULT, name)
        for path, value in values(catalogue.text_of(study), "params", WHOLE).items()
    }


def merged(text: str, name: str) -> str:
    """The text of a params file with a study's settings, proven to hold them and nothing else that is new."""
    after = with_values(text, settings(name))
    expected = YAML(typ="safe").load(text)
    for study in (catalogue.DEFAULT, name):
        _update(expected, catalogue.overlay(study).params)
    return _proven(after, expected)


def _proven(text: str, expected: dict[str, Any]) -> str:
    """The edited text, if it holds what it should and can be used."""
    if YAML(typ="safe").load(text) != expected:
        raise StudyError(f"{PARAMS_FILE} is written in a way that cannot be edited: write it as in the committed file.")
    validate(Params, expected)
    return text


def _update(content: dict[str, Any], overlay: dict[str, Any], above: KeyPath = ()) -> None:
    for key, value in overlay.items():
        path = (*above, key)
        if isinstance(value, dict) and ".".join(path) not in WHOLE:
            _update(content[key], value, path)
        else:
            content[key] = value


def next_step(about: catalogue.About, root: Path) -> str:
    """What is missing and where to put it, or that all is there."""
    if about.file is None or (root / about.file).exists():
        return "Next: `segments run`."
    return f"{about.file} is not there yet. {about.get} Then: `segments run`."


def values(text: str, section: str, whole: Sequence[str]) -> dict[KeyPath, Value]:
    """Every value below a section, by its keys; what stands under a key of `whole` counts as one value."""
    lines, tree = text.splitlines(), YAML().compose(text)
    places = _leaves(_child(tree, section)[1], whole)
    return {path: _place(lines, tree, (section, *path)).value for path in places}


def as_dvc_writes(value: Any) -> Value:
    """A value as DVC would write it into a params file, a long text on one line."""
    yaml, written = YAML(), StringIO()
    yaml.default_flow_style, yaml.width = False, sys.maxsize
    yaml.dump({"value": value}, written)
    return values(f"all:\n{indent(written.getvalue(), ' ' * INDENT)}", "all", ("value",))["value",]


def with_values(text: str, wanted: dict[KeyPath, Value]) -> str:
    """The text with these values in place of those it has."""
    lines, tree = text.splitlines(), YAML().compose(text)
    places = {path: _place(lines, tree, path) for path in wanted}
    for path, place in sorted(places.items(), key=lambda found: found[1].first, reverse=True):
        lines[place.first : place.after] = _written(place, wanted[path])
    return "\n".join(lines) + "\n"


def _leaves(node: Node, whole: Sequence[str], above: KeyPath = ()) -> list[KeyPath]:
    if not isinstance(node, MappingNode) or ".".join(above) in whole:
        return [above]
    return [leaf for key, value in node.value for leaf in _leaves(value, whole, (*above, key.value))]


def _child(node: Node, key: str) -> tuple[Node, Node] | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next(((own, value) for own, value in pairs if own.value == key), None)


def _place(lines: list[str], tree: Node, path: KeyPath) -> Place:
    """Find a value by its keys; refuse a file that lacks one of them, or writes several on one line."""
    node, key = tree, tree
    for depth, name in enumerate(path):
        if node.flow_style:
            above = ".".join(path[:depth])
            raise StudyError(f"Write `{above}` with one key a line, so that its lines can be changed.", setting=above)
        if (found := _child(node, name)) is None:
            raise StudyError("A key is missing: add it, with any value, and try again.", setting=".".join(path))
        key, node = found
    first, head = key.start_mark.line, lines[key.start_mark.line][: key.end_mark.column] + ":"
    if _has_lines_of_its_own(node, first):
        value, after = _block(lines, node, first)
        last, rest = first, lines[first][len(head) :]
    else:
        value, last, rest = _inline(lines, node, first, len(head))
        after = last + 1
    comment = rest[rest.index("#") :] if "#" in rest else ""
    return Place(first, after, head, comment, len(lines[last]) - len(comment), value)


def _inline(lines: list[str], node: Node, first: int, colon: int) -> tuple[Value, int, str]:
    """A value that begins on its key's line, the line on which it ends, and what stands behind it there."""
    start, end = node.start_mark, node.end_mark
    if start.index == end.index:  # a key without a value, which YAML takes for null
        return Value(""), first, lines[first][colon:]
    written = "\n".join([*lines[start.line : end.line], lines[end.line][: end.column]])[start.column :]
    return Value(written), end.line, lines[end.line][end.column :]


def _has_lines_of_its_own(node: Node, line: int) -> bool:
    folded = isinstance(node, ScalarNode) and node.style in ("|", ">")
    return folded or (not isinstance(node, ScalarNode) and not node.flow_style and node.start_mark.line > line)


def _block(lines: list[str], node: Node, first: int) -> tuple[Value, int]:
    """A value's own lines; comments at the end belong to it if they are indented like it."""
    after = min(node.end_mark.line, len(lines))
    deeper = _indent(lines[first]) + 1
    margin = deeper if isinstance(node, ScalarNode) else node.start_mark.column
    while not (last := lines[after - 1].lstrip()) or (
        last[0] == "#" and _indent(lines[after - 1]) < max(margin, deeper)
    ):
        after -= 1
    return Value("", tuple(line[margin:] for line in lines[first + 1 : after])), after


def _written(place: Place, value: Value) -> list[str]:
    """The lines of a key with a value, its comment in the column where it stood if there is room."""
    line = f"{place.head} {value.inline}".rstrip()
    if place.comment:
        line = f"{line:<{place.column - 2}}  {place.comment}"
    below = value.block and value.block[0].startswith("- ")
    margin = " " * (_indent(place.head) + (0 if below else INDENT))
    return [line, *(f"{margin}{own}".rstrip() for own in value.block)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
