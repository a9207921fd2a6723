"""What all sections of parameters share: frozen, no unknown key, and every mistake told in a sentence."""

from datetime import date
from difflib import get_close_matches
from textwrap import shorten
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError, model_validator

from customer_segments.base.errors import StudyError

PARAMS_FILE = "params.yaml"
SOURCE_KINDS = ("demo", "files", "database", "web")
Model = TypeVar("Model", bound=BaseModel)

Share = Annotated[float, Field(ge=0, le=1)]
Texts = Annotated[tuple[str, ...], Strict(False)]
Day = Annotated[date, BeforeValidator(lambda value: date.fromisoformat(value) if isinstance(value, str) else value)]
Level = Literal["very low", "low", "middling", "high", "very high"]


class Section(BaseModel):
    """What all sections share: no change after reading, no unknown key, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    rising: ClassVar[tuple[str, str] | None] = None  # two values of which the first must be below the second

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rising and getattr(self, self.rising[0]) >= getattr(self, self.rising[1]):
            raise ValueError("{} must be below {}".format(*self.rising))
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self  # frozen: defaults need no copy for each study

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Build the section from a notebook's parameters, refusing in words what cannot be."""
        return validate(cls, values, where="parameters")


def validate(model: type[Model], values: dict[str, Any], where: str | None = None) -> Model:
    """Build the frozen model, or say in one sentence which keys of the place are wrong and what is allowed."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(_in_words(problem, model) for problem in error.errors())
        setting = None if where else _key(error.errors()[0])
        raise StudyError(f"{where}: {problems}." if where else f"{problems}.", setting) from None


def _key(problem: dict[str, Any]) -> str:
    return ".".join(str(part) for part in problem["loc"] if part not in SOURCE_KINDS)


def _in_words(problem: dict[str, Any], model: type[BaseModel]) -> str:
    """One pydantic problem as `key: what is wrong, and what is allowed`."""
    key = _key(problem) or "the section"
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(key, problem["loc"], model)
    if kind == "missing":
        return f"`{key}` is missing and has no default"
    if kind == "union_tag_invalid":
        return f"`{key}.kind` is {context['tag']!r}, allowed is {context['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"`{key}.kind` is missing, allowed is {', '.join(SOURCE_KINDS)}"
    message = problem["msg"].removeprefix("Value error, ")
    if kind == "value_error":
        return f"`{key}`: {message}"
    allowed = message.removeprefix("Input should be ")
    return f"`{key}` is {shorten(repr(problem['input']), 100, placeholder=' …')}, allowed is {allowed}"


def _unknown_key(key: str, loc: tuple[Any, ...], model: type[BaseModel]) -> str:
    """Name the unknown key, and the known one that it resembles, or all of them."""
    known = _known_keys(model, loc[:-1])
    guess = get_close_matches(str(loc[-1]), known, n=1)
    hint = f"did you mean `{guess[0]}`?" if guess else f"known here are {', '.join(known)}"
    return f"`{key}` is not a known key ({hint})"


def _known_keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """The keys that the section at `loc` takes, found in the JSON schema."""
    schema = model.model_json_schema()
    here: dict[str, Any] = schema
    for part in loc:
        here = _resolve(here, schema)
        if isinstance(part, int):
            here = here["items"]
        elif "discriminator" in here:
            here = {"$ref": here["discriminator"]["mapping"][part]}
        else:
            here = here["properties"][part]
    return sorted(_resolve(here, schema).get("properties", {}))


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference into the schema's definitions."""
    return schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
