"""All six steps of a study: their order is written here, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir

from customer_segments.base.params import Params
from customer_segments.steps.judge import Cut, Judged, judge
from customer_segments.steps.movements.found import Moved, moved
from customer_segments.steps.movements.migration import Placing
from customer_segments.steps.movements.windows import Back
from customer_segments.steps.prepare import Files, Prepared, prepare
from customer_segments.steps.profile import Profiled, profile
from customer_segments.steps.recipe import Recipe
from customer_segments.steps.retain import Retained, retain
from customer_segments.steps.scorer import scorer_of
from customer_segments.steps.segment import Segmented, segment
from customer_segments.steps.validation.periods import Past
from customer_segments.steps.value import Valued, value


@dataclass(frozen=True)
class Steps:
    """What each step came to, in the order of running."""

    prepared: Prepared
    segmented: Segmented
    judged: Judged
    retained: Retained | None
    moved: Moved | None
    valued: Valued
    profiled: Profiled


def run_steps(
    tables: Mapping[str, ir.Table], params: Params, files: Files | None = None, folder: Path | None = None
) -> Steps:
    """Prepare, segment, judge, retain, value and profile the customers of the collected tables."""
    smallest, seed = params.privacy.smallest_group, params.seed
    prepared = prepare(tables, params.preprocessing, params.privacy, files, folder)
    customers, lines = prepared.customers, prepared.cleaned.lines
    segmented = segment(prepared.features, customers, params.clustering, seed, params.validation)
    cut = Cut(prepared.features, customers, segmented.labels, segmented.k)
    past = Past(tables, lines, params.preprocessing, params.privacy)
    judged = judge(cut, past, segmented.params, params.validation, seed)
    retained = retain(lines, customers, segmented.segments, params.retention, smallest)
    undone, collected = prepared.cleaned.undone, tables.get("transactions")
    scorer = scorer_of(prepared.preprocessor, segmented.segmenter)
    placing = Placing.of(collected, prepared.recipe and Recipe(**prepared.recipe["recipe"]), scorer, customers)
    back = Back.of(undone, collected, prepared.rejected)
    changed = moved(lines, back, retained.as_of, smallest, placing) if retained else None
    valued = value(lines, customers, segmented.segments, params.lifetime_value, smallest, scorer, undone)
    horizon = None if valued.refusal else params.lifetime_value.horizon_days
    profiled = profile(
        customers, segmented.segments, valued.lifetime, judged.verdict.kind, params.profiling, params.privacy, horizon,
        params.study.currency,
    )  # fmt: skip
    return Steps(prepared, segmented, judged, retained, changed, valued, profiled)
