"""The scorer: a fitted study as one data file, and a segment for any customer, with numpy alone.

`segment`, `certainty` and `outside` are those of the study's own pipeline and segmenter. `filled` says that some needed
cell could not be used as it was: it was empty, not finite, or held a category that the study does not know by name
(never seen, or too rare). A typical value, or the category `unknown` or `other`, then stood in its place.
A customer whose numbers are too large for a distance to be told is outside, with certainty 0.
"""

import json
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from customer_segments.base.errors import StudyError
from customer_segments.steps.clustering.places import KINDS, Places, outside
from customer_segments.steps.preprocessing.plain import Preparation, preparation_of

FORMAT, VERSION = "customer_segments scorer", 1
NUMBERS_AT_ONCE = 2**20  # customers times what each is compared with; bounds the memory
NO_ARRAYS = ("numbers", "questions", "weight")  # of what says where segments lie


class Scored(NamedTuple):
    """What is found for each customer, in the order given."""

    segment: np.ndarray  # from 1; 0 is not assigned
    certainty: np.ndarray
    outside: np.ndarray
    filled: np.ndarray


class Scorer:
    """Places any customer as the study would; `needed` names the columns that make the segments."""

    version = VERSION

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        self.study: str = content["study"]
        self.keeps_rows: bool = content["keeps_rows"]  # whether it holds some customers as they were
        self._preparation = Preparation(content["numbers"], content["categories"])
        self._places = _places(**content["places"])
        self._reach = np.array([np.inf if reach is None else reach for reach in content["reach"]])
        compared = max(part.size for part in vars(self._places).values() if isinstance(part, np.ndarray))
        self._at_once = max(1, NUMBERS_AT_ONCE // max(compared, len(self.needed)))

    @property
    def needed(self) -> tuple[str, ...]:
        return self._preparation.needed

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """Those of the needed columns that hold categories, each with the texts that are known by name."""
        return {each["name"]: tuple(each["texts"]) for each in self._content["categories"]}

    def score(self, rows: Any) -> Scored:
        """Score a mapping of columns (such as a data frame), or a list of customers, each a mapping."""
        columns = self._preparation.columns(rows)
        count = len(columns[0])
        starts = range(0, max(count, 1), self._at_once)
        with np.errstate(all="ignore"):  # too large numbers end up outside
            parts = [self._part([column[start : start + self._at_once] for column in columns]) for start in starts]
        return parts[0] if len(parts) == 1 else Scored(*map(np.concatenate, zip(*parts, strict=True)))

    def features(self, rows: Any) -> np.ndarray:
        """What the model sees of each customer: its features, scaled, in its order."""
        with np.errstate(all="ignore"):
            features, _ = self._preparation.features(self._preparation.columns(rows))
        return features

    def _part(self, columns: list[Any]) -> Scored:
        features, filled = self._preparation.features(columns)
        codes, own, sure = self._places.look(features)
        return Scored(codes + 1, sure, outside(codes, own, self._reach), filled)

    def write(self, path: str | Path) -> None:
        """Write the file, whole or not at all; the same study gives the same bytes."""
        body = json.dumps(self._content, separators=(",", ":"), allow_nan=False).encode()
        partial = Path(path).with_name(f".{Path(path).name}.partial")
        try:
            partial.write_bytes(_head(body) + body)
            partial.replace(path)
        except OSError as error:
            raise StudyError(f"{path} cannot be written: {error.strerror}.") from None
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a file of `write`; nothing in it is run."""
        try:
            head, _, body = Path(path).read_bytes().partition(b"\n")
            told = json.loads(head)
            if told["format"] != FORMAT:
                raise ValueError
        except OSError as error:
            raise StudyError(f"{path} cannot be read: {error.strerror}.") from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise StudyError(f"{path} is not the file of a scorer, or it was cut short.") from None
        if told.get("version") != VERSION:
            raise StudyError(
                f"{path} is a scorer of version {told.get('version')}, and version {VERSION} is read here: make it "
                "anew by running the study."
            )
        if head + b"\n" != _head(body):
            raise StudyError(f"{path} was cut short or altered: make it anew by running the study.")
        return cls(json.loads(body))


def scorer_of(preprocessor: Any, segmenter: Any, study: str = "") -> Scorer:
    """The scorer of a fitted pipeline and of the segmenter fitted to its features; `study` names the study's state."""
    if not hasattr(segmenter, "places"):
        raise StudyError(f"How {type(segmenter).__name__} places a customer is not known, so that it cannot be scored.")
    features = list(preprocessor.get_feature_names_out())
    if list(getattr(segmenter, "feature_names_in_", features)) != features:
        raise StudyError("The segmenter was fitted to other columns than the preprocessor makes: fit both anew.")
    places = segmenter.places()
    kind = next(name for name, kind in KINDS.items() if isinstance(places, kind))
    parts = {part.name: _plain(getattr(places, part.name)) for part in fields(places)}
    return Scorer(
        {
            "study": study,
            # The middle of a segment of one customer is that customer.
            "keeps_rows": places.keeps_rows or bool((np.bincount(segmenter.labels_)[1:] == 1).any()),
            **preparation_of(preprocessor),
            "places": {"kind": kind, **parts},
            "reach": [float(reach) if np.isfinite(reach) else None for reach in segmenter.reach_],
        }
    )


def _places(kind: str, **parts: Any) -> Places:
    if kind not in KINDS:
        raise StudyError(f"The scorer's method {kind!r} is not known here: known are {', '.join(KINDS)}.")
    return KINDS[kind](**{name: part if name in NO_ARRAYS else np.array(part) for name, part in parts.items()})


def _plain(part: Any) -> Any:
    return part.tolist() if isinstance(part, np.ndarray) else part


def _head(body: bytes) -> bytes:
    told = {"format": FORMAT, "version": VERSION, "sha256": sha256(body).hexdigest()}
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"
