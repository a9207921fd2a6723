"""A trial in words: what was settled before it began, and what came of it; for a terminal."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from customer_segments.base import words
from customer_segments.steps.trial.plan import ORDERS, Plan
from customer_segments.steps.trial.result import Read, Result, Uplift

MEASURED = {ORDERS: "who orders at all", "spend": "what a customer spends, less what is sent back"}
NOT_SEEN = "–"


def as_json(told: Plan | Read) -> str:
    """The same for programs."""
    content = asdict(told)
    if isinstance(told, Read):
        content["result"]["uplifts"] = [asdict(each) | {"shows": each.shows} for each in told.result.uplifts]
    return json.dumps(content, ensure_ascii=False, indent=1, default=str)


def plan_in_words(plan: Plan, currency: str, too_small: Sequence[str] = ()) -> str:
    """What was drawn, what will be compared, and what that can show."""
    return "\n".join(_plan(plan, currency, too_small))


def _plan(plan: Plan, currency: str, too_small: Sequence[str]) -> Iterator[str]:
    everyone, held = (
        f"{sum(each):,}" for each in zip(*((p.customers, p.held_out) for p in plan.segments), strict=True)
    )
    yield f"Trial {plan.name!r}: {held} of {everyone} customers are left alone, drawn by chance."
    yield (
        f"Compared is {MEASURED[plan.measure]}, in {words.counted(plan.days, 'day')}: "
        f"from {words.day(plan.start)} to {words.day(plan.last_day)}."
    )
    yield ""
    rows = [("segment", "treat", "hold out", "expected", "shows from", "its play is for")]
    rows += [
        (each.name, f"{each.customers - each.held_out:,}", f"{each.held_out:,}", _of(plan, each.expected, currency),
         _change(plan, each.smallest, currency), each.outcome)
        for each in plan.segments
    ]  # fmt: skip
    yield from _aligned(rows)
    yield ""
    yield (
        "*Expected* is what comes if nothing is done; the effect *shows from* that size on with a probability of "
        f"{words.percent(plan.power)}, as far as what is expected comes true."
    )
    yield _intervals(plan)
    if too_small:
        yield f"Too few for a group of their own, and left out: {words.listed(too_small)}."
    yield f"Drawn with the study's seed {plan.seed} from customers and segments {plan.study[:12]}."


def _intervals(plan: Plan) -> str:
    together = words.percent(1 - plan.significance)
    if plan.intervals == 1:
        return f"One interval will be given, which holds with {together}."
    return (
        f"{plan.intervals} intervals will be given, of each segment and of all of them, which hold together with "
        f"{together} (each with {words.percent(1 - plan.significance / plan.intervals, 1)})."
    )


def _of(plan: Plan, value: float | None, currency: str) -> str:
    if value is None:
        return NOT_SEEN
    return words.percent(value, 1) if plan.measure == ORDERS else words.money(value, currency)


def _change(plan: Plan, value: float | None, currency: str) -> str:
    if value is None:
        return "none"
    return f"{100 * value:.1f} points" if plan.measure == ORDERS else words.money(value, currency)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        yield f"  {'  '.join([f'{first:<{widths[0]}}', *cells])}".rstrip()


def result_in_words(read: Read, currency: str) -> str:
    """What came of it; an early look says so before all else."""
    return "\n".join(_result(read, currency))


def _result(read: Read, currency: str) -> Iterator[str]:
    plan = read.plan
    over = f"{words.counted(plan.days, 'day')}, until {words.day(plan.last_day)}"
    if read.final:
        yield f"Trial {plan.name!r} is over ({over})."
    else:
        days = (read.day - plan.start).days + 1
        yield f"AN EARLY LOOK, NOT THE RESULT: {days} of {over.partition(',')[0]} of trial {plan.name!r} are over."
    yield from _looked(read)
    yield ""
    yield verdict(read, currency)
    yield ""
    rows = [("", "treated", "held out", "treated did", "held out did", "uplift", "from", "to")]
    rows += [_row(each, plan, currency) for each in read.result.uplifts]
    yield from _aligned(rows)
    yield ""
    yield f"Compared is {MEASURED[plan.measure]}; the uplift takes into account what each had spent before."
    yield _level(read.result)
    yield from _counted(read)


def verdict(read: Read, currency: str) -> str:
    """Whether it worked, in a sentence or two."""
    plan, overall = read.plan, read.result.overall
    if overall.low is None:
        return "Nothing can be told: within each group all did the same (most likely nobody ordered)."
    span = f"({_signed(plan, overall.low, currency)} to {_signed(plan, overall.high, currency)})"
    size, better = _size(plan, overall.uplift, currency), overall.uplift > 0
    did = f"of the treated {size} {'more' if better else 'fewer'} ordered than of those left alone {span}"
    if plan.measure != ORDERS:
        did = f"the treated spent {size} {'more' if better else 'less'} each than those left alone {span}"
    if not read.final:
        return f"So far {did}{', which is no result yet' if overall.shows else ': nothing can be told from that'}."
    if overall.shows:
        told = f"{'It worked' if better else 'It did harm'}: {did}."
    else:
        told = f"It cannot be told whether it worked: {did}, and there may be no effect at all."
    segments = [each for each in read.result.uplifts if each.segment is not None]
    if len(segments) == 1:
        return told
    showing = words.listed(_named(each, plan) for each in segments if each.shows)
    return f"{told} {f'By itself it shows in {showing}' if showing else 'By itself it shows in no segment'}."


def _row(each: Uplift, plan: Plan, currency: str) -> tuple[str, ...]:
    did = (_of(plan, mean, currency) for mean in (each.treated_mean, each.held_out_mean))
    found = (NOT_SEEN if it is None else _signed(plan, it, currency) for it in (each.uplift, each.low, each.high))
    return (_named(each, plan), f"{each.treated:,}", f"{each.held_out:,}", *did, *found)


def _named(each: Uplift, plan: Plan) -> str:
    names = {segment.segment: segment.name for segment in plan.segments}
    return "All" if each.segment is None else names.get(each.segment, words.segment(each.segment))


def _signed(plan: Plan, value: float, currency: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{_size(plan, value, currency)}"


def _size(plan: Plan, value: float, currency: str) -> str:
    return f"{100 * abs(value):.1f} points" if plan.measure == ORDERS else words.money(abs(value), currency)


def _looked(read: Read) -> Iterator[str]:
    """What looking at it more than once does to the error."""
    if read.final and read.looks == 1:
        return
    looks = f"It was looked at on {read.looks} days" if read.looks > 1 else "This is the first look"
    again = "" if read.final else ", the end among them,"
    yield (
        f"{looks}. Whoever believes the first look{again} that shows an effect is wrong in up to "
        f"{words.percent(read.error, 1)} of trials without one, not in {words.percent(read.plan.significance)}."
    )


def _level(result: Result) -> str:
    each, together = words.percent(result.level, 1), words.percent(result.together)
    if len(result.uplifts) == 1:
        return f"The interval holds with {together}; it leaves out what drawing the groups again by chance rules out."
    return (
        f"{len(result.uplifts)} intervals are given; they hold together with {together} (each with {each}), so that "
        "none is found by looking at many. They leave out what drawing the groups again by chance rules out."
    )


def _counted(read: Read) -> Iterator[str]:
    """Who and what does not count."""
    if read.first_order is None:
        yield "No order lies within the trial."
    elif (late := (read.first_order - read.plan.start).days) > max(1, read.plan.days // 10):
        yield f"The first order is {late} days after the start: does the export hold all since {read.plan.start}?"
    left = [f"{words.counted(read.left_out[when], 'line')} {told}" for when, told in (
        ("before", "from before the trial"), ("after", "from after it")) if read.left_out[when]]  # fmt: skip
    if left:
        yield f"Left out: {words.listed(left)}."
    if read.result.strangers:
        who = words.counted(read.result.strangers, "customer with orders is", "customers with orders are")
        yield f"{who} not on the list, and not counted."
    if read.forgotten:
        yield f"{words.counted(read.forgotten, 'customer')} of the list asked to be forgotten, and not counted."
