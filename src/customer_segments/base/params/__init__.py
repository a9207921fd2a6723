"""Every choice of a study: one frozen model a section; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, create_model, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from customer_segments.base import registry
from customer_segments.base.errors import StudyError
from customer_segments.base.params.clustering import ClusteringParams
from customer_segments.base.params.preprocessing import CleaningParams, FeatureParams, PreprocessingParams
from customer_segments.base.params.profiling import Play, ProfilingParams
from customer_segments.base.params.section import PARAMS_FILE, Level, Section, Share, Texts, validate
from customer_segments.base.params.source import (
    ColumnNames,
    DatabaseSource,
    DemoSource,
    FilesSource,
    Format,
    Formats,
    Pagination,
    SourceParams,
    TablesSource,
    WebSource,
)


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

    model: Literal["bg_nbd", "mbg_nbd", "better"] = "better"
    horizon_days: Annotated[int, Field(ge=1, le=3650)] = 365
    discount_rate: Annotated[float, Field(ge=0, le=10)] = 0.1
    holdout_days: Annotated[int, Field(ge=7)] | None = None
    bias_above: PositiveFloat = 0.2
    gone_below: Share = 0.2
    at_risk_below: Share = 0.8

    @model_validator(mode="after")
    def _risk_in_order(self) -> LifetimeValueParams:
        if self.gone_below >= self.at_risk_below:
            raise ValueError("gone_below must be below at_risk_below")
        return self


class ReplicationParams(Section):
    """Do the published figures come out, and what changes under our defaults?"""

    noise_draws: Annotated[int, Field(ge=1, le=1000)] = 10


class Params(Section):
    """A whole study."""

    study: StudyParams
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 20240607
    threads: Annotated[int, Field(ge=1, le=64)] = 1
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
    return validate(Params, read_params(path), where=path.name)


def section_of(content: dict[str, Any], name: str) -> Any:
    """One validated section of the file's content, such as `clustering` or `seed`; defaults where it is not there."""
    field = Params.model_fields[name]
    alone = create_model("Params", __base__=Section, **{name: (field.annotation, field)})
    return getattr(validate(alone, {name: content[name]} if name in content else {}, where=PARAMS_FILE), name)
