"""The first look at the tables as they came: all that chapter 1 shows, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from customer_segments.base.params import EdaParams
from customer_segments.steps.eda import checks, columns, distributions, findings, missing, redundancy
from customer_segments.steps.eda.trading import Trading, trading_of

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class FirstLook:
    """What was found, table by table where there is one of each; `sources` is what `collect` wrote about the tables."""

    params: EdaParams
    sources: dict[str, findings.Source]
    rows: dict[str, int]
    overviews: dict[str, pd.DataFrame]
    unreadable: pd.DataFrame
    hits: dict[str, pd.DataFrame]
    gaps: dict[str, pd.DataFrame]
    spread: pd.DataFrame
    bars: pd.DataFrame
    categories: pd.DataFrame
    correlations: pd.DataFrame
    same_story: pd.DataFrame
    trading: Trading | None

    @property
    def findings(self) -> list[findings.Finding]:
        """All that was noticed, in the order of the chapter."""
        return [
            *(finding for table, source in self.sources.items() for finding in findings.in_source(table, source)),
            *findings.in_cells(self.unreadable),
            *(finding for table, hits in self.hits.items() for finding in findings.in_rows(table, hits)),
            *(finding for table, gaps in self.gaps.items() for finding in findings.in_gaps(table, gaps)),
            *findings.in_numbers(self.spread),
            *findings.in_pairs(self.same_story),
            *(findings.in_time(self.trading) if self.trading else ()),
        ]

    @property
    def metrics(self) -> dict[str, Any]:
        """Small facts for comparing runs: of each table, of the time covered, and findings of each weight."""
        facts: dict[str, Any] = {}
        for name, described in self.overviews.items():
            gappy, hits = described[described["filled_share"] < 1], self.hits[name]
            facts[name] = {
                "rows": self.rows[name],
                "columns": len(described),
                "missing_share": dict(zip(gappy["column"], 1 - gappy["filled_share"], strict=True)),
                "need_a_decision": dict(zip(hits["check"], hits["rows"], strict=True)),
            }
        covered = {"time": self.trading.coverage} if self.trading else {}
        return facts | covered | {"findings": findings.counts(self.findings)}


def look(
    tables: dict[str, ir.Table], params: EdaParams, sources: dict[str, findings.Source] | None = None
) -> FirstLook:
    """Look at `customers`, `transactions` or both; `sources` knows also the rows that could not be split into cells."""
    customers, lines, sources = tables.get("customers"), tables.get("transactions"), sources or {}
    counted = {name: int(table.count().to_pyarrow().as_py()) for name, table in tables.items() if name not in sources}
    overviews = {name: columns.describe_columns(table) for name, table in tables.items()}
    samples = {name: columns.thinned(table) for name, table in tables.items()}
    above = params.missing_structure_above
    numbers = distributions.numbers_of(customers, lines)
    spread = distributions.spread(numbers, params.outlier_fence)
    compared = samples.get("customers", samples.get("transactions"))
    return FirstLook(
        params=params,
        sources=sources,
        rows=counted | {name: source["rows"] for name, source in sources.items()},
        overviews=overviews,
        unreadable=columns.unreadable_cells(tables),
        hits=checks.all_checks(customers, lines),
        gaps={name: missing.gap_structure(sample, overviews[name], above) for name, sample in samples.items()},
        spread=spread,
        bars=distributions.histogram(numbers, spread),
        categories=columns.category_shares(overviews, params.top_categories),
        correlations=redundancy.rank_correlations(redundancy.measured(compared)),
        same_story=redundancy.same_story(compared, params.correlated_above),
        trading=None if lines is None else trading_of(lines, params.top_categories),
    )
