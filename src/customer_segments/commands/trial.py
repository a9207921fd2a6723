"""`segments trial`: a hold-out group drawn by chance, and, when the days are over, whether the action did anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from customer_segments.base import engine, words
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.commands import trial_folder as folder
from customer_segments.steps.trial.plan import ORDERS, SPEND, Measure, Plan

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from customer_segments.base.params import Play, ProfilingParams
    from customer_segments.run.workspace import Workspace
    from customer_segments.steps.trial import Read

CUSTOMERS, SEGMENTS = "data/processed/customers.parquet", "data/processed/segments.parquet"
LIFETIME, PROFILES = "data/processed/lifetime.parquet", "data/processed/profiles.parquet"
EXPECTED = "reports/metrics/lifetime_value.json"
MOST_DAYS = 365
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Drawn:
    """A trial that begins: what was settled, and that in words."""

    plan: Plan
    told: str


def drawn(
    name: str, workspace: Workspace, *, segments: list[int] | None = None, measure: Measure | None = None,
    start: date | None = None, days: int | None = None, share: float | None = None,
) -> Drawn:  # fmt: skip
    """Draw the hold-out group and write list and plan; nothing that is there is ever written over."""
    from customer_segments.pages import trial as pages
    from customer_segments.steps.trial import draw, measure_of, planned

    folder.refuse_name(workspace.root, name)
    params, (customers, horizon) = workspace.params(), _customers(workspace)
    start = _start(workspace, start)
    money = {"net_revenue", "average_order_value"} <= set(customers)
    if measure == SPEND and not money:
        raise StudyError("The study's lines tell no money, so spending cannot be compared: use `--measure orders`.")
    plays = _plays(workspace, customers, segments)
    profiling = _for_days(params.profiling, days, share)
    hold_out = profiling.hold_out
    measure = measure or measure_of(list(plays.values()), money)
    plans, concerned = planned(customers, plays, measure, profiling, horizon, share)
    kept = tuple(plan for plan in plans if plan.held_out)
    if not kept or (segments and len(kept) < len(plans)):
        raise StudyError(_too_small([plan for plan in plans if not plan.held_out]))
    table = concerned.assign(spent_before=concerned["net_revenue" if money else "orders"].astype("float64"))
    listed = draw(table, {plan.segment: plan.held_out for plan in kept}, [params.seed, crc32(name.encode())])
    from_ = params.seed, _fingerprint(workspace)
    plan = Plan(name, measure, start, hold_out.days, hold_out.power, hold_out.significance, *from_, kept, {})
    too_small = tuple(each.name for each in plans if not each.held_out)
    told = pages.plan_in_words(plan, params.study.currency, too_small)
    return Drawn(folder.lay(workspace.root, plan, listed, told), f"{told}\n\n{_next(plan)}")


def said(found: Drawn | Read, workspace: Workspace, *, as_json: bool) -> str:
    """What was drawn, or read: in words, or for programs."""
    from customer_segments.pages import trial as pages

    if isinstance(found, Drawn):
        return pages.as_json(found.plan) if as_json else found.told
    return pages.as_json(found) if as_json else pages.result_in_words(found, workspace.params("study").currency)


def _next(plan: Plan) -> str:
    from customer_segments.steps.trial import HELD_OUT, TREATED

    return (
        f"Next: treat who is marked `{TREATED}` in {folder.FOLDER}/{plan.name}/{folder.LIST}, and leave alone who is "
        f"marked `{HELD_OUT}`; after {words.day(plan.last_day)}: `segments trial {plan.name} --result ORDERS`."
    )


def _too_small(plans: list[Any]) -> str:
    from customer_segments.steps.trial import FEWEST

    told = words.listed(f"{each.name} ({each.customers:,} whom its play concerns)" for each in plans)
    return f"No group can be held out of {told}: a trial needs {FEWEST} customers in either group of a segment."


def _customers(workspace: Workspace) -> tuple[pd.DataFrame, int | None]:
    """The study's customers as chapter 8 looks at them, and over which days something is expected of them."""
    import pandas as pd

    from customer_segments.steps.profile import with_lifetimes, with_segments

    if "transactions" not in workspace.read_json("data/raw/source.json")["tables"]:
        raise StudyError("This study knows no orders, so no trial can be read from them: it needs invoice lines.")
    lifetimes = workspace.read_table(LIFETIME) if workspace.has(LIFETIME) else pd.DataFrame()
    found = with_segments(workspace.read_table(CUSTOMERS), workspace.read_table(SEGMENTS))
    horizon = workspace.read_json(EXPECTED).get("horizon_days") if workspace.has(EXPECTED) else None
    names = workspace.read_table(PROFILES).set_index("segment")["name"]
    named = found["segment"].map(names).fillna(found["segment"].map(words.segment))
    return with_lifetimes(found.assign(segment_name=named), lifetimes), horizon


def _start(workspace: Workspace, start: date | None) -> date:
    """The first day: the given one, or that after all which the study knows."""
    from customer_segments.steps.preprocessing.features import resolve_as_of

    day = resolve_as_of(workspace.lines(engine.connect()), workspace.params().preprocessing.as_of)
    if start is not None and start < day:
        raise StudyError(
            f"The study looks at orders up to {words.day(day - ONE_DAY)}, and a trial must begin after what it is "
            f"drawn from: let it begin on {day} or later."
        )
    return start or day


def _for_days(params: ProfilingParams, days: int | None, share: float | None) -> ProfilingParams:
    """The settings for a trial of so many days."""
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise StudyError(f"A trial of {days} days cannot be planned: let `--days` be from 1 to {MOST_DAYS}.")
    if share is not None and not 0 < share <= 0.5:
        raise StudyError(f"{share:g} of the customers cannot be held out: let `--hold-out` be above 0, at most 0.5.")
    hold_out = params.hold_out.model_copy(update={"days": days or params.hold_out.days})
    return params.model_copy(update={"hold_out": hold_out})


def _plays(workspace: Workspace, customers: pd.DataFrame, segments: list[int] | None) -> dict[int, Play | None]:
    """The play of each segment of the trial, or none."""
    known = sorted(int(each) for each in customers["segment"].unique() if each)
    for segment in segments or ():
        if segment not in known:
            raise StudyError(f"There is no segment {segment}: there are {words.listed(map(str, known))}.")
    profiles = workspace.read_table(PROFILES)
    named = dict(zip(profiles["segment"], profiles["play"], strict=True)) if "play" in profiles else {}
    playbook = {play.name: play for play in workspace.params().profiling.playbook}
    return {segment: playbook.get(named.get(segment, "")) for segment in sorted(set(segments or known))}


def _fingerprint(workspace: Workspace) -> str:
    """Of what the groups are drawn from."""
    seen = hashlib.sha256()
    for path in (CUSTOMERS, SEGMENTS):
        seen.update(workspace.existing(path).read_bytes())
    return seen.hexdigest()


def result(
    name: str, orders: Path, workspace: Workspace, *, until: date | None = None, early: bool = False,
    today: date | None = None,
) -> Read:  # fmt: skip
    """Read the new orders; refused before the days are over, unless that is asked for."""
    import pandas as pd

    from customer_segments.sources.forgotten import FILE, forgotten, without
    from customer_segments.steps.trial import Read, error_of_looks
    from customer_segments.steps.trial import result as compared

    plan, listed = folder.opened(workspace.root, name)
    folder.looks(workspace.root, name)  # refused before anything is read, if so
    today = today or date.today()
    if until is not None and until > today:
        raise StudyError(f"{until} has not come yet, so no export can hold all orders until then.")
    known = without(listed, "customer_id", forgotten(workspace.root / FILE))
    with scratch_folder() as scratch:
        lines = _lines(orders, workspace, Path(scratch))
        if plan.measure == SPEND and "net_revenue" not in lines.columns:
            raise StudyError(f"{orders.name} tells no money, and this trial compares what is spent: name its column.")
        first, last = _span(lines, today)
        day = _until(plan, orders.name, max(filter(None, (last, until)), default=None), early)
        came = _followed(lines, plan.start, day)
        dates = lines.ordered_at.date()
        before, after = (int(lines.filter(each).count().to_pyarrow().as_py()) for each in (
            dates < plan.start, dates > day))  # fmt: skip
    came = came.assign(customer_id=_as_listed(came["customer_id"], known["customer_id"]))
    made = compared(known, came, plan.measure, plan.significance, plan.seed)
    over = (day - plan.start).days + 1
    content = pd.util.hash_pandas_object(came, index=False).to_numpy().tobytes()
    look = {"day": day.isoformat(), "days": over, "orders": hashlib.sha256(content).hexdigest()}
    seen = {each["days"] for each in folder.keep_look(workspace.root, name, look)}
    shares = [each / plan.days for each in seen | {plan.days}]  # whoever looks early looks again at the end
    error = plan.intervals * error_of_looks(shares, plan.significance / plan.intervals)
    counted = max(first, plan.start) if first and first <= day else None
    return Read(
        plan, made, day, day >= plan.last_day, len(seen), min(1.0, error), {"before": before, "after": after},
        plan.forgotten + len(listed) - len(known), counted,
    )  # fmt: skip


def _until(plan: Plan, name: str, covered: date | None, early: bool) -> date:
    """The last day whose orders count, of those up to which there are any or there were none."""
    if covered is None or covered < plan.start:
        ends = f"end on {covered}" if covered else "all lie in the future"
        raise StudyError(
            f"The orders in {name} {ends}, and the trial begins on {plan.start}: give those that came since."
        )
    if covered >= plan.last_day or early:
        return min(covered, plan.last_day)
    over = (covered - plan.start).days + 1
    raise StudyError(
        f"The orders in {name} end on {covered}, and the trial runs until {plan.last_day} ({over} of {plan.days} "
        "days): wait, or export them again; where the shop just had no order since, add `--until DAY`; to look now at "
        "the price of a larger error, add `--early`."
    )


def _lines(orders: Path, workspace: Workspace, scratch: Path) -> ir.Table:
    """The new lines, read and cleaned as the study's own, without the forgotten; the study's days do not bound them."""
    from customer_segments.commands.assign import cleaned_anew, collected

    if not orders.exists():
        raise StudyError(f"{orders} is no file: name the export that holds the orders since the trial began.")
    read = collected({"transactions": orders}, workspace, engine.opened(), scratch)
    params = workspace.params()
    rules = params.preprocessing.cleaning.model_copy(update={"first_day": None, "last_day": None})
    lines = cleaned_anew(
        read, params.preprocessing.model_copy(update={"cleaning": rules}), params.threads, scratch
    ).lines
    if lines is None or not lines.count().to_pyarrow().as_py():
        raise StudyError(f"No order of {orders.name} is left after cleaning: `segments check {orders}` says why.")
    return lines


def _span(lines: ir.Table, today: date) -> tuple[date | None, date | None]:
    """The first and the last day with an order; a mistyped day to come does not show that a trial is over."""
    lines = lines.filter(lines.ordered_at.date() <= today)
    days = lines.ordered_at.date()
    first, last = lines.aggregate(first=days.min(), last=days.max()).to_pyarrow().to_pylist()[0].values()
    return first, last


def _followed(lines: ir.Table, start: date, last: date) -> pd.DataFrame:
    """What each customer did within these days: customer_id, orders and spend."""
    import ibis

    until = datetime.combine(last + ONE_DAY, datetime.min.time())
    within = lines.filter(lines.ordered_at >= ibis.date(start).cast("timestamp(6)"),
                          lines.ordered_at < ibis.literal(until).cast("timestamp(6)"))  # fmt: skip
    spend = within.net_revenue.sum().cast("float64") if "net_revenue" in lines.columns else ibis.null("float64")
    bought = within.quantity > 0 if "quantity" in lines.columns else ibis.literal(True)
    each = within.group_by("customer_id").agg(**{ORDERS: within.invoice_id.nunique(where=bought), SPEND: spend})
    return each.order_by("customer_id").to_pandas()


def _as_listed(found: pd.Series, listed: pd.Series) -> pd.Series:
    """The customers' ids as the list writes them, however the new export does."""
    from customer_segments.base.ids import key

    known = {key(each): each for each in listed}
    return found.map(lambda each: known.get(key(each), each))
