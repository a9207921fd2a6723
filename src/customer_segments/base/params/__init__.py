"""Every choice of a study: one frozen model a section; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveFloat, PositiveInt, Strict, create_model, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

from customer_segments.base import registry
from customer_segments.base.errors import StudyError
from customer_segments.base.params.profiling import Play, ProfilingParams
from customer_segments.base.params.section import PARAMS_FILE, Day, Level, Section, Share, Texts, validate
from customer_segments.base.params.source import (
    ColumnNames,
    DatabaseSource,
    DemoSource,
    FilesSource,
    Format,
    Formats,
    Joined,
    Pagination,
    SourceParams,
    TablesSource,
    WebSource,
)

# What invoices charge beside goods, in words and in the codes of Online Retail; compared as a whole, in any case.
SERVICE_WORDS = (
    *("postage", "post", "dotcom postage", "dot", "carriage", "c2", "shipping", "shipping costs", "delivery"),
    *("delivery fee", "delivery charge", "freight", "handling fee", "packaging", "pads", "samples", "s", "b", "m", "d"),
    *("manual", "discount", "voucher", "gift card", "bank charges", "amazon fee", "amazonfee", "cruk"),
    *("cruk commission", "adjust bad debt", "versand", "versandkosten", "porto", "rabatt", "frais de port"),
    *("livraison", "spedizione", "gastos de envío"),
)
ServiceWords = Annotated[Texts, BeforeValidator(lambda words: SERVICE_WORDS if words is None else words)]
Method = Literal[
    "kmeans", "weighted_kmeans", "mini_batch_kmeans", "gaussian_mixture", "ward", "k_prototypes", "dbscan", "hdbscan",
    "crowds",
]  # fmt: skip
BEST = "best"  # of them: whichever finds distinct groups, else the first
Rule = Literal[
    "silhouette", "elbow", "calinski_harabasz", "davies_bouldin", "gap", "stability", "prediction_strength", "majority"
]  # fmt: skip


LARGEST, MOST_VALUES, DEEPEST = 1 << 20, 100_000, 50  # of a params file: bytes, values, levels
MOST_BITS = 1_000  # of a number


class StudyParams(Section):
    """What the study is called and how its money is written."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1)]
    currency: str = "€"
    published: str | None = None


class PrivacyParams(Section):
    """What must not make segments, and what must not be shown."""

    sensitive: Texts = registry.SENSITIVE
    smallest_group: Annotated[int, Field(ge=1)] = 10


class EdaParams(Section):
    """Where the first look draws attention to something."""

    outlier_fence: PositiveFloat = 3.0
    correlated_above: Share = 0.8
    missing_structure_above: Share = 0.1
    top_categories: Annotated[int, Field(ge=3, le=30)] = 10


class CleaningParams(Section):
    """What is repaired, rejected or kept; every rule writes to the ledger."""

    rising = ("lowest_age", "highest_age")

    first_day: Day | None = None
    last_day: Day | None = None
    service_lines: Literal["reject", "keep"] = "reject"
    service_words: ServiceWords = SERVICE_WORDS
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
    def _days_in_order(self) -> CleaningParams:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError("first_day must not be after last_day")
        return self


class FeatureParams(Section):
    """Which columns make the segments, and how they are put on one scale."""

    use: Texts | None = None
    leave_out: Texts = ("location", "signed_up_on", "left_on", "active")
    fixed: Texts = ()
    further: Annotated[tuple[Literal["first_category", "season"], ...], Strict(False)] = ()
    recency: Literal["calendar", "elapsed"] = "calendar"
    impute: Literal["median", "mean"] = "median"
    skew: Literal["log", "yeo_johnson", "none"] = "log"
    skewed_above: PositiveFloat = 1.0
    encode: Literal["one_hot", "ordinal", "alphabetical"] = "one_hot"
    rarest_category: Share = 0.01
    scale: Literal["standard", "robust", "min_max", "none"] = "standard"
    collinear_above: Annotated[float, Field(gt=0, le=1)] | None = 0.9


class PreprocessingParams(Section):
    """Which customers, which features, on which scale?"""

    as_of: Day | None = None
    cleaning: CleaningParams = CleaningParams()
    features: FeatureParams = FeatureParams()


class ClusteringParams(Section):
    """How many segments, and which?"""

    rising = ("k_min", "k_max")

    method: Method | Literal["best"] = "kmeans"
    compare: Annotated[tuple[Method, ...], Strict(False)] = ()
    k: Annotated[int, Field(ge=2, le=50)] | None = None
    k_min: Annotated[int, Field(ge=2, le=50)] = 2
    k_max: Annotated[int, Field(ge=2, le=50)] = 10
    choose_by: Rule = "stability"
    n_init: Annotated[int, Field(ge=1, le=200)] = 10
    start_sample: Annotated[int, Field(ge=100)] | None = 3_000
    order_by: Literal["value", "size"] = "value"
    silhouette_sample: Annotated[int, Field(ge=100)] = 6_000
    references: Annotated[int, Field(ge=2, le=500)] = 10
    bootstraps: Annotated[int, Field(ge=2, le=500)] = 50
    eps: PositiveFloat | None = None
    min_samples: Annotated[int, Field(ge=2)] | None = None
    min_cluster_size: Annotated[int, Field(ge=2)] | None = None
    smallest_share: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    category_weight: PositiveFloat | None = None


class PcaParams(Section):
    """What do the segments look like?"""

    loadings_above: Share = 0.35
    points_2d: PositiveInt = 3000
    points_3d: PositiveInt = 1200


class ValidationParams(Section):
    """Are the segments there, do they come back, do they predict anything?"""

    references: Annotated[int, Field(ge=19, le=999)] = 49
    reference_sample: Annotated[int, Field(ge=50)] = 500
    bootstraps: Annotated[int, Field(ge=10, le=1000)] = 50
    cut_off_days: Annotated[int, Field(ge=1)] | None = None


class RetentionParams(Section):
    """Do they come back?"""

    period: Literal["month", "week"] = "month"


class LifetimeValueParams(Section):
    """What are they worth?"""

    rising = ("gone_below", "at_risk_below")

    model: Literal["bg_nbd", "mbg_nbd", "better"] = "better"
    horizon_days: Annotated[int, Field(ge=1, le=3650)] = 365
    discount_rate: Annotated[float, Field(ge=0, le=10)] = 0.1
    holdout_days: Annotated[int, Field(ge=7)] | None = None
    bias_above: PositiveFloat = 0.2
    gone_below: Share = 0.2
    at_risk_below: Share = 0.8


class ReplicationParams(Section):
    """Do the published figures come out, and what changes under our defaults?"""

    noise_draws: Annotated[int, Field(ge=1, le=1000)] = 10


class Params(Section):
    """A whole study."""

    study: StudyParams
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 20240607
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    compare: Annotated[str, Field(min_length=1)] | None = None
    source: SourceParams
    privacy: PrivacyParams = PrivacyParams()
    eda: EdaParams = EdaParams()
    preprocessing: PreprocessingParams = PreprocessingParams()
    clustering: ClusteringParams = ClusteringParams()
    pca: PcaParams = PcaParams()
    profiling: ProfilingParams = ProfilingParams()
    validation: ValidationParams = ValidationParams()
    retention: RetentionParams = RetentionParams()
    lifetime_value: LifetimeValueParams = LifetimeValueParams()
    replication: ReplicationParams = ReplicationParams()


def read_params(path: Path) -> dict[str, Any]:
    """Read a params file as plain Python objects, in the YAML version that DVC uses."""
    try:
        if path.stat().st_size > LARGEST:
            raise StudyError(f"{path.name} is larger than 1 MB: take out of it what is no setting.")
        text = path.read_text(encoding="utf-8-sig")
        _refuse_depths(text)
        content = YAML(typ="safe").load(text)
        _refuse_bombs(content)
    except FileNotFoundError:
        raise StudyError(f"{path.name} is missing: restore it with `git checkout -- {path.name}`.") from None
    except IsADirectoryError:
        raise StudyError(f"{path.name} is a folder: put the file of that name there.") from None
    except UnicodeDecodeError:
        raise StudyError(f"{path.name} is not written in UTF-8: save it again as UTF-8.") from None
    except RecursionError:
        raise StudyError(f"{path.name} is nested too deeply: write its settings as in a new study's file.") from None
    except (YAMLError, ValueError, TypeError) as error:  # of these two, what dates, numbers and keys cannot be
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        reason = " ".join(str(reason).split())[:200]
        raise StudyError(f"{path.name}{line} is not valid YAML: {reason}; correct it.") from None
    if not isinstance(content, dict):
        raise StudyError(f"{path.name} must hold sections such as `study:` and `clustering:`, and holds none.")
    return content


def _refuse_depths(text: str) -> None:
    """What is nested very deeply would end the whole process while it is put together."""
    depth = 0
    for event in YAML(typ="safe").parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise RecursionError


def _refuse_bombs(content: Any) -> None:
    """References to references grow to billions of values; they are counted without being followed twice."""
    counted: dict[int, int] = {}

    def count(value: Any) -> int:
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise ValueError  # Python refuses to write it, so no error could name it
        if not isinstance(value, dict | list | set):
            return 1
        if id(value) not in counted:
            inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
            counted[id(value)] = 1 + sum(count(each) for each in inner)
        return counted[id(value)]

    if count(content) > MOST_VALUES:
        raise StudyError(f"A params file may hold {MOST_VALUES:,} values: write fewer, and fewer references (`*`).")


def load_params(path: Path) -> Params:
    """Read and validate the whole params file."""
    return validate(Params, read_params(path), where=path.name)


def section_of(content: dict[str, Any], name: str) -> Any:
    """One validated section of the file's content, such as `clustering` or `seed`; defaults where it is not there."""
    field = Params.model_fields[name]
    alone = create_model("Params", __base__=Section, **{name: (field.annotation, field)})
    return getattr(validate(alone, {name: content[name]} if name in content else {}, where=PARAMS_FILE), name)
