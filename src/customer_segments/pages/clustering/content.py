"""What the Explorer shows of the chapter on clustering: why so many segments, and how near another number is."""

from typing import Any

from customer_segments.pages.clustering import number
from customer_segments.pages.plots.clustering import PANELS, SETTINGS
from customer_segments.pages.report.written import told
from customer_segments.steps.clustering.segmentation import USED
from customer_segments.steps.segment import OUTCOME, Segmented


def content(found: Segmented) -> dict[str, Any]:
    """The choice in sentences, the votes, and which columns of `k_scores.csv` are drawn, over what."""
    caption, alt, title = number.curves_in_words(found)
    by_setting = found.choice.rule == OUTCOME
    panels = {None: SETTINGS.items()} if by_setting else {name: [panel] for name, panel in PANELS.items()}
    return {
        "sentence": number.sentence(found),
        "tipping_point": number.tipping_point(found),
        "votes": told(*number.votes(found)),
        "title": title,
        "caption": caption,
        "alt": alt,
        "over": "setting" if by_setting else "k",
        "used": found.scores.loc[USED, "setting"] if by_setting else found.k,
        "curves": [
            {"column": column, "title": title, "best": found.choice.votes.get(criterion)}
            for criterion, drawn in panels.items()
            for column, title in drawn
        ],
    }
