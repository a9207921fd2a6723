"""Every choice of a study: one frozen model per section of params.yaml; unknown keys are refused."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PositiveFloat,
    PositiveInt,
    Strict,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from customer_segments.errors import StudyError

PARAMS_FILE = "params.yaml"
SOURCE_KINDS = ("demo", "files", "database", "web")
Model = TypeVar("Model", bound=BaseModel)

Share = Annotated[float, Field(ge=0, le=1)]
Texts = Annotated[tuple[str, ...], Strict(False)]
Day = Annotated[date, BeforeValidator(lambda value: date.fromisoformat(value) if isinstance(value, str) else value)]
Level = Literal["very low", "low", "middling", "high", "very high"]


# What invoices charge beside goods, in words and in the codes of Online Retail; compared as a whole, in any case.
SERVICE_WORDS = (
    *("postage", "post", "dotcom postage", "dot", "carriage", "c2", "shipping", "shipping costs", "delivery"),
    *("delivery fee", "delivery charge", "freight", "handling fee", "packaging", "pads", "samples", "s", "b", "m", "d"),
    *("manual", "discount", "voucher", "gift card", "bank charges", "amazon fee", "amazonfee", "cruk"),
    *("cruk commission", "adjust bad debt", "versand", "versandkosten", "porto", "rabatt", "frais de port"),
    *("livraison", "spedizione", "gastos de envío"),
)


class Section(BaseModel):
    """What all sections share: no change after reading, no unknown key, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Build the section from a notebook's parameters, refusing in words what cannot be."""
        return validate(cls, values, where="parameters")


class StudyParams(Section):
    """What the study is called and how its money is written."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1)]
    currency: str = "€"


class DemoSource(Section):
    """The embedded demo shop."""

    kind: Literal["demo"]
    customers: Annotated[int, Field(ge=100, le=1_000_000)] = 6000
    months: Annotated[int, Field(ge=6, le=60)] = 24
    first_day: Day = date(2024, 1, 1)
    dirt: Share = 1.0


class ColumnNames(Section):
    """The business's column names, by the name this project uses; what is not named is recognised."""

    customers: dict[str, str] = {}
    transactions: dict[str, str] = {}


def _one_sign(text: str) -> str:
    if len(text) != 1 or text in '"\r\n':
        raise ValueError("write one sign, neither a quote nor a line end")
    return text


class Format(Section):
    """How one table is written; what is not set is found out."""

    encoding: str | None = None
    delimiter: Annotated[str, AfterValidator(_one_sign)] | None = None
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None
    sheet: str | None = None


class Formats(Section):
    """How each table is written."""

    customers: Format = Format()
    transactions: Format = Format()


class TablesSource(Section):
    """What all sources of a business's own tables have in common: one table or both."""

    customers: Annotated[str, Field(min_length=1)] | None = None
    transactions: Annotated[str, Field(min_length=1)] | None = None
    columns: ColumnNames = ColumnNames()
    formats: Formats = Formats()

    @model_validator(mode="after")
    def _some_table_is_named(self) -> Self:
        if self.customers is None and self.transactions is None:
            raise ValueError("name where to find `customers`, `transactions`, or both")
        return self


class FilesSource(TablesSource):
    """For each table a file, a folder or a pattern such as `data/external/2024-*.csv`."""

    kind: Literal["files"]


class DatabaseSource(TablesSource):
    """For each table the name of a table or a query; passwords stand in the environment, as in `${SHOP_PASSWORD}`."""

    kind: Literal["database"]
    url: Annotated[str, Field(min_length=1)]


class Pagination(Section):
    """How a web API hands out its records page by page."""

    by: Literal["next_link", "page", "cursor"]
    field: str | None = None  # where the next link or cursor stands in an answer, e.g. `meta.next`
    parameter: str | None = None  # what the page or the cursor is called in the request
    first_page: Annotated[int, Field(ge=0)] = 1


class WebSource(TablesSource):
    """For each table the address of a JSON API; tokens stand in the environment, as in `${SHOP_TOKEN}`."""

    kind: Literal["web"]
    token: str | None = None
    records: str | None = None  # where the list of records stands in an answer, e.g. `data.items`; null = found out
    pagination: Pagination | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    retries: Annotated[int, Field(ge=0, le=20)] = 4
    most_pages: Annotated[int, Field(ge=1)] = 10_000


SourceParams = Annotated[DemoSource | FilesSource | DatabaseSource | WebSource, Discriminator("kind")]


class EdaParams(Section):
    """Where the first look draws attention to something."""

    outlier_fence: PositiveFloat = 3.0
    correlated_above: Share = 0.8
    missing_structure_above: Share = 0.1
    top_categories: Annotated[int, Field(ge=3, le=30)] = 10


class CleaningParams(Section):
    """What is repaired, rejected or kept; every rule writes to the ledger."""

    first_day: Day | None = None
    last_day: Day | None = None
    service_lines: Literal["reject", "keep"] = "reject"
    service_words: Texts = SERVICE_WORDS
    duplicates: Literal["reject", "keep"] = "reject"
    zero_quantities: Literal["reject", "keep"] = "reject"
    zero_prices: Literal["reject", "keep"] = "reject"
    negative_prices: Literal["reject", "keep"] = "reject"
    returns: Literal["net", "drop", "keep"] = "net"
    lowest_age: Annotated[int, Field(ge=0, le=120)] = 16
    highest_age: Annotated[int, Field(ge=0, le=120)] = 100
    missing_cells: Literal["keep", "reject", "reject_unexplained"] = "keep"
    customers_without_orders: Literal["reject", "keep"] = "reject"
    outliers: Literal["keep", "winsorise", "set_aside"] = "keep"
    outlier_fence: PositiveFloat = 3.0

    @model_validator(mode="after")
    def _ages_in_order(self) -> CleaningParams:
        if self.lowest_age >= self.highest_age:
            raise ValueError("lowest_age must be below highest_age")
        return self

    @model_validator(mode="after")
    def _days_in_order(self) -> CleaningParams:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError("first_day must not be after last_day")
        return self


class FeatureParams(Section):
    """Which columns make the segments, and how they are put on one scale."""

    use: Texts | None = None
    leave_out: Texts = ("age", "gender", "location", "signed_up_on", "left_on", "active")
    impute: Literal["median", "mean"] = "median"
    skew: Literal["log", "yeo_johnson", "none"] = "log"
    skewed_above: PositiveFloat = 1.0
    encode: Literal["one_hot", "ordinal"] = "one_hot"
    rarest_category: Share = 0.01
    scale: Literal["standard", "robust", "min_max", "none"] = "standard"
    collinear_above: Annotated[float, Field(gt=0, le=1)] = 0.9


class PreprocessingParams(Section):
    """Which customers, which features, on which scale?"""

    as_of: Day | None = None
    cleaning: CleaningParams = CleaningParams()
    features: FeatureParams = FeatureParams()


class ClusteringParams(Section):
    """How many segments, and which?"""

    method: Literal["kmeans"] = "kmeans"
    k: Annotated[int, Field(ge=2, le=50)] | None = None
    k_min: Annotated[int, Field(ge=2, le=50)] = 2
    k_max: Annotated[int, Field(ge=2, le=50)] = 10
    choose_by: Literal["silhouette", "elbow", "calinski_harabasz", "davies_bouldin", "majority"] = "silhouette"
    n_init: Annotated[int, Field(ge=1, le=200)] = 10
    order_by: Literal["value", "size"] = "value"
    silhouette_sample: Annotated[int, Field(ge=100)] = 10_000

    @model_validator(mode="after")
    def _k_range_in_order(self) -> ClusteringParams:
        if self.k_min >= self.k_max:
            raise ValueError("k_min must be below k_max")
        return self


class PcaParams(Section):
    """What do the segments look like?"""

    loadings_above: Share = 0.35
    points_2d: PositiveInt = 3000
    points_3d: PositiveInt = 1200


class Play(Section):
    """One entry of the playbook: a name, the profile that earns it, and what to do."""

    name: Annotated[str, Field(min_length=1)]
    when: Annotated[dict[str, Level], Field(min_length=1)]
    do: Annotated[str, Field(min_length=1)]


class ProfilingParams(Section):
    """Who are they?"""

    high_above: PositiveFloat = 0.4
    very_high_above: PositiveFloat = 1.2
    traits: Annotated[int, Field(ge=1, le=10)] = 4
    playbook: Annotated[tuple[Play, ...], Strict(False)] = ()
    otherwise: str = "No standard play fits; look at the profile before acting."

    @model_validator(mode="after")
    def _levels_in_order(self) -> ProfilingParams:
        if self.high_above >= self.very_high_above:
            raise ValueError("high_above must be below very_high_above")
        return self

    @model_validator(mode="after")
    def _each_play_has_its_own_name(self) -> ProfilingParams:
        names = [play.name for play in self.playbook]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two plays are called {twice[0]!r}; each needs a name of its own")
        return self


class Params(Section):
    """The whole of params.yaml."""

    study: StudyParams
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    source: SourceParams
    eda: EdaParams = EdaParams()
    preprocessing: PreprocessingParams = PreprocessingParams()
    clustering: ClusteringParams = ClusteringParams()
    pca: PcaParams = PcaParams()
    profiling: ProfilingParams = ProfilingParams()


def read_params(path: Path) -> dict[str, Any]:
    """Read a params file as plain Python objects, in the YAML version that DVC uses."""
    try:
        content = YAML(typ="safe").load(path)
    except FileNotFoundError:
        raise StudyError(f"{path.name} is missing: restore it with `git checkout -- {path.name}`.") from None
    except YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        reason = getattr(error, "problem", None) or getattr(error, "reason", "it cannot be read")
        raise StudyError(f"{path.name}{line} is not valid YAML: {reason}.") from None
    if not isinstance(content, dict):
        raise StudyError(f"{path.name} must hold sections such as `study:` and `clustering:`, and holds none.")
    return content


def load_params(path: Path) -> Params:
    """Read and validate the whole params file."""
    return validate(Params, read_params(path))


def validate(model: type[Model], values: dict[str, Any], where: str = PARAMS_FILE) -> Model:
    """Build the frozen model, or say in one sentence per problem which key is wrong and what is allowed."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(_in_words(problem, model) for problem in error.errors())
        raise StudyError(f"{where}: {problems}.") from None


def _in_words(problem: dict[str, Any], model: type[BaseModel]) -> str:
    """One pydantic problem as `key: what is wrong, and what is allowed`."""
    path = [part for part in problem["loc"] if part not in SOURCE_KINDS]
    key = ".".join(str(part) for part in path) or "the file"
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
    return f"`{key}` is {problem['input']!r}, allowed is {allowed}"


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
