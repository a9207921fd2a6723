"""The answers to the three questions, in words, tables and figures, and the verdict that follows from them."""

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots import validation as plots
from customer_segments.pages.plots.validation import KINDS
from customer_segments.pages.validation import prediction
from customer_segments.pages.validation.explaining import one_column
from customer_segments.steps.judge import DISTINCT, UNSUPPORTED, USEFUL, Explained, Judged, Reason, Verdict
from customer_segments.steps.validation.existence import STRICTEST, Existence
from customer_segments.steps.validation.groups import BELLS_STABLE, HIGHLY_STABLE, Apart
from customer_segments.steps.validation.returning import CERTAIN, DOUBTFUL, STABLE, Returning

TAKEN_AWAY = {
    "shuffled": "every link between columns",
    "cloud": "all groups, but not the humps of single columns",
    "smooth": "all groups, also those that single columns show",
}
SOURCE = " From `data/processed/features.parquet`."
EACH = " `data/processed/returning.parquet` has the share of each customer."
WAYS = {
    "plain": "around middles",
    "weighted": "around middles, with columns weighted",
    "bell": "as long or tilted clouds",
    "dense": "as crowds of any shape",
}
QUESTIONS = {"there": "Are they there?", "back": "Do they come back?", "ahead": "Do they predict?"}
HEADLINES = {
    DISTINCT: "The {} segments are distinct groups.",
    USEFUL: "The {} segments are a useful cut of a continuum.",
    UNSUPPORTED: "The {} segments are not supported by the data.",
}
ADVICE = {
    DISTINCT: "The segments may be named and treated as groups of their own.",
    USEFUL: "Names describe the typical customer of a segment; near its borders customers are much like those across "
    "them, so treat segments as bands, not as kinds of people.",
    UNSUPPORTED: "Do not treat these segments differently on this evidence; whoever wants to use them has to test them "
    "first.",
}


def there(found: Existence) -> tuple[Figure, str, str, str]:
    """The fit among the references."""
    own = {kind: found.drawn(kind) for kind in KINDS}
    ranges = [f"{KINDS[kind]}: {words.number(low.min())} to {words.number(low.max())}" for kind, low in own.items()]
    ours = words.number(found.best["silhouette"])
    alt = f"Dots of the references' silhouettes. {'; '.join(ranges)}. Ours, fitted anew, a line: {ours}."
    return plots.against_references(found), f"{_compared(found)}{SOURCE}", alt, _clearer(found)


def clearer(found: Existence) -> str:
    """Whether the fit is clearer than chance, and how that was computed."""
    return f"{_clearer(found)}. {_compared(found)}"


def _clearer(found: Existence) -> str:
    better = "is clearer than" if found.beats_chance else "is no clearer than what can be had on"
    k, p = int(found.best["k"]), words.p_value(found.p_value(STRICTEST))
    fit = f"Our fit with {k} segments" if k == found.k else f"Our clearest fit, the one with {k} segments,"
    return f"{fit} {better} data without groups (p = {p})"


def _compared(found: Existence) -> str:
    return (
        f"Mean silhouettes, from −1 to 1, of {len(found.drawn(STRICTEST))} tables of {found.customers:,} customers of "
        "each kind; p is that against the strictest. Ours is that of a fit made anew as theirs are, and may differ "
        "from that of the segments themselves (chapter 3)."
    )


def there_table(found: Existence, lie: Apart) -> tuple[pd.DataFrame, str]:
    """The fit against each kind of reference, and which groups lie apart."""
    rows = []
    for kind, title in KINDS.items():
        own, p = found.drawn(kind), words.p_value(found.p_value(kind))
        numbers = map(words.number, (found.best["silhouette"], own.mean(), own.max()))
        rows.append([title, TAKEN_AWAY[kind], *numbers, words.number(found.effect(kind), 2), p])
    columns = ["Compared with", "Taken away", "Ours, fitted anew", "Theirs, mean", "Theirs, best", "Effect", "p-value"]
    effect = "Effect: how far ours lies above theirs, in their standard deviations."
    return pd.DataFrame(rows, columns=columns), f"{effect} {apart(lie)}"


def apart(found: Apart) -> str:
    """Whether there are groups, whatever the segments are, and how they were looked for."""
    ways = (
        "Groups were looked for in four ways: around middles, the same with each column weighted by what the groups "
        "explain of it, as clouds that may be long or tilted (Gaussian mixtures, as many as the BIC says), and as "
        "crowds of any shape. They count as distinct where few customers lie between every two neighbours and those at "
        "the border are lonelier than members, where data without groups, searched in the same ways, show no gap as "
        "wide, and where each is found again among other customers (Jaccard from "
        f"{HIGHLY_STABLE:g} on, of such clouds from {BELLS_STABLE:g}). "
    )
    own = f" Between the two segments told apart least, {between(found.own.midway)}." if found.own else ""
    if not found.groups:
        return f"{ways}No groups were found.{own}"
    groups = found.groups
    told = f"{words.counted(groups.count, 'group')} were found {WAYS[groups.way]}"
    same = "these segments are they" if found.same else "these segments draw the borders otherwise"
    if groups.way == "dense":
        same += "; silhouettes, which look for round groups, say little of them"
    return f"{ways}{told} (p = {words.p_value(groups.p)}, Jaccard {words.number(groups.jaccard)}); {same}.{own}"


def between(midway: float) -> str:
    """How many customers lie between two neighbours."""
    return f"there are {words.number(100 * midway, 2)} customers midway for 100 near a middle"


def back(found: Returning) -> tuple[Figure, str, str, str]:
    """How often each segment was found again."""
    bars = [f"{words.segment(row.segment)} {words.number(row.jaccard)}" for row in found.segments.itertuples()]
    alt = f"Bars of how well each segment is found again (Jaccard): {words.listed(bars)}."
    return plots.found_again(found), f"{_by_draws(found)}{SOURCE}", alt, _stable(found)


def found_again(found: Returning) -> str:
    """How many segments come back, and how far the whole does, by resampling, halves and starts."""
    return f"{_stable(found)}. {_by_draws(found)}"


def _stable(found: Returning) -> str:
    stable, segments = (found.segments["word"] == "stable").sum(), words.counted(len(found.segments), "segment")
    return f"{stable or 'None'} of {segments} {'is' if stable < 2 else 'are'} stable among resampled customers"


def _by_draws(found: Returning) -> str:
    low, high = map(words.number, found.interval)
    return (
        f"Mean Jaccard index, from 0 to 1: from {STABLE:g} on a segment is stable, below {DOUBTFUL:g} dissolved. The "
        f"{len(found.rand)} resampled sets of customers agree with the segments as a whole by a mean adjusted Rand "
        f"index of {words.number(found.as_a_whole)} (95% between {low} and {high}; 1 is the same, 0 is chance); two "
        f"halves by {words.number(found.halves.mean())}, two random starts by {words.number(found.starts.mean())}."
    )


def back_table(found: Returning) -> tuple[pd.DataFrame, str]:
    """Per segment: how well it comes back, and how many of its customers surely belong to it."""
    often, sure = f"at least {words.percent(CERTAIN)} of the time", (found.found_again >= CERTAIN).mean()
    columns = {
        "Segment": found.segments["segment"].map(words.segment),
        "Found again (mean Jaccard)": found.segments["jaccard"].map(words.number),
        "Reading": found.segments["word"],
        f"Customers found in it {often}": found.segments["sure"].map(words.percent),
    }
    return pd.DataFrame(columns), (
        f"{words.percent(sure)} of all customers were found in their own segment {often}; the others live near a "
        f"border.{EACH}"
    )


def weakest(found: Returning) -> str:
    """The segment that comes back least."""
    least = found.segments.loc[found.segments["jaccard"].idxmin()]
    name, jaccard = words.segment(int(least["segment"])), words.number(least["jaccard"], 2)
    if least["word"] == "stable" and found.comes_back:
        return f"Every segment comes back among other customers; {name} least often (Jaccard {jaccard})."
    if least["word"] == "stable":
        whole = f"not as a whole (adjusted Rand index {words.number(found.as_a_whole, 2)})"
        return f"Segments come back one by one, {name} least often (Jaccard {jaccard}), but {whole}: borders move."
    return f"{name} comes back least (Jaccard {jaccard}, {least['word']}): check it before acting on it."


def told(verdict: Verdict) -> dict[str, object]:
    """The verdict as it is written for the pages that follow."""
    headline, advice = _headline(verdict), ADVICE[verdict.kind]
    if verdict.kind == USEFUL and verdict.outdone_by:
        given_up = f"{words.percent(verdict.given_up)} of what {prediction.FORETELLS[verdict.outdone_by]}"
        figures = next(each.figures for each in verdict.reasons if each.question == "ahead")
        most = figures["ahead_of"][verdict.outdone_by][-1]  # by which they may be ahead
        headline = f"{headline.removesuffix('.')}, but {'give' if most < 0 else 'may give'} up {given_up}."
    reasons = [{"question": QUESTIONS[each.question], "answer": answer(each)} for each in verdict.reasons]
    return {"verdict": verdict.kind, "headline": headline, "reasons": reasons, "advice": advice}


def _headline(verdict: Verdict) -> str:
    if verdict.kind == USEFUL and verdict.groups:
        return f"The {verdict.k} segments are a useful cut, not the {verdict.groups} distinct groups that are there."
    if verdict.kind == UNSUPPORTED and verdict.reasons[0].answer == "yes":
        return f"The {verdict.k} segments lie apart, but are not found again: the data do not support them."
    return HEADLINES[verdict.kind].format(verdict.k)


def sentences(verdict: Verdict) -> list[str]:
    """The verdict and its reasons, as a list for a reader."""
    content = told(verdict)
    reasons = [f"**{each['question']}** {words.escaped(each['answer'])}" for each in content["reasons"]]
    return [f"**{content['headline']}**", *reasons, content["advice"]]


def answer(reason: Reason) -> str:
    """Yes, no or in part, and the figures that it rests on."""
    why = {"there": _there, "back": _back, "ahead": prediction.answer}[reason.question]
    return f"{reason.answer.capitalize()}: {why(reason.answer, **reason.figures)}."


def _there(answer: str, p: float, midway: float | None = None, groups: int | None = None) -> str:
    written = f"(p = {words.p_value(p)})"
    if answer == "no":
        said = f"data without any groups can be cut just as clearly {written}"
    elif answer == "yes":
        said = f"there is a gap between every two of them, as wide as data without groups show none {written}"
    elif groups:
        said = f"there are {groups} distinct groups {written}, but these segments draw the borders otherwise"
    else:
        said = f"the cut is clearer than on data without groups {written}, but some neighbours have no gap between them"
    return f"{said}. Between the two told apart least, {between(midway)}" if midway is not None else said


def _back(answer: str, adjusted_rand: float, stable: int, segments: int) -> str:
    whole = f"(adjusted Rand index {words.number(adjusted_rand, 2)})"
    if answer == "yes" and stable < segments:
        return f"as a whole they are found again {whole}, but only {stable} of {segments} segments one by one"
    found = f"{stable} of {segments} segments {words.are(stable)} found again among resampled customers"
    return f"{found}, but not as a whole {whole}" if stable == segments and answer != "yes" else f"{found} {whole}"


def learned(judged: Judged, explained: Explained) -> list[str]:
    """What the chapter has shown, and on what the verdict rests."""
    headline, *_, advice = sentences(judged.verdict)
    references = len(judged.there.drawn(STRICTEST))
    return [
        f"{headline} {advice}",
        weakest(judged.back),
        one_column(explained.single),
        f"The verdict rests on {len(judged.back.rand)} resamples and {references} references of each "
        "kind (`validation.bootstraps`, `validation.references`); other features, another method or another number of "
        "segments may get another verdict, and each try needs its own.",
    ]
