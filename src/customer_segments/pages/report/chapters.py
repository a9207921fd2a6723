"""The chapters of the report, in reading order."""

from __future__ import annotations

from typing import NamedTuple

from customer_segments.base.params import StudyParams


class Chapter(NamedTuple):
    """One question, answered by the notebook, stage, section and module of one name."""

    number: int
    stage: str
    title: str
    question: str

    @property
    def notebook(self) -> str:
        return f"notebooks/{self.number:02}_{self.stage}.ipynb"

    @property
    def page(self) -> str:
        return f"{self.number:02}_{self.stage}.html"

    @property
    def after_verdict(self) -> bool:
        """Whether the chapter speaks of segments that the verdict has judged."""
        return self.stage not in ("eda", "preprocessing", "clustering")


CHAPTERS = (
    Chapter(1, "eda", "First look", "What did we receive?"),
    Chapter(2, "preprocessing", "Preparation", "Which customers, which features, on which scale?"),
    Chapter(3, "clustering", "Clustering", "How many segments, and which?"),
    Chapter(4, "validation", "Verdict", "Are the segments there, do they come back, do they predict anything?"),
    Chapter(5, "pca", "Map", "What do the segments look like?"),
    Chapter(6, "retention", "Retention", "Do they come back?"),
    Chapter(7, "lifetime_value", "Value", "What are they worth?"),
    Chapter(8, "profiling", "Profiles", "Who are they?"),
    Chapter(9, "replication", "Replication", "Do the published figures come out, and what changes under our defaults?"),
)


def shown(study: StudyParams) -> tuple[Chapter, ...]:
    """The chapters of a study; figures are replicated only where the study names published ones."""
    return CHAPTERS if study.published else tuple(c for c in CHAPTERS if c.stage != "replication")


def chapter_of(stage: str) -> Chapter | None:
    """The chapter that a stage makes; `collect` and `publish` make none."""
    return next((chapter for chapter in CHAPTERS if chapter.stage == stage), None)
