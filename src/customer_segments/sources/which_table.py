"""Whether a table is a list of customers or the lines of their orders."""

from collections.abc import Mapping, Sequence

from customer_segments.sources import figures, guess, looks, naming, settling, shared
from customer_segments.sources.columns import known
from customer_segments.sources.scoring import CLEAR, CONTENT_ONLY, EVIDENT, LIKELY_NAME, NAMELESS, fit

OFTEN = 0.8  # below so many different ids among all, they are of lines
MOSTLY = 0.6  # and below so many even where nothing but a time beside them speaks for it


def likely_table(sample: Mapping[str, Sequence[str]]) -> str:
    """Whether these columns are of a customer list or of invoice lines, by their names and a sample of their cells."""
    sample = {told: sample[name] for name, told in shared.without(sample).items()}
    sample = {name: texts for name, texts in sample.items() if texts} or sample  # an empty column tells nothing
    best = {
        column.name: max(
            ((fit("transactions", column, name, list(texts)), name) for name, texts in sample.items()),
            default=(0.0, ""),
        )
        for column in known("transactions")
    }
    clear = {ours for ours, (score, _) in best.items() if score >= LIKELY_NAME}
    if all(map(NAMELESS.fullmatch, sample)):
        return "transactions" if all(best[ours][0] for ours in ("customer_id", "ordered_at")) else "customers"
    worth, ordered = clear & {"amount", "unit_price", "quantity"} or _multiply(sample), "invoice_id" in clear
    dated = best["ordered_at"][0] >= CONTENT_ONLY
    ids = sample.get(best["customer_id"][1], ())
    again = looks.repeats(ids)
    if best["customer_id"][0] < CONTENT_ONLY:
        told = worth or (ordered and not _of_people(sample)) or _somebody_again(sample)
        papers = worth and (_are_papers(sample, best["invoice_id"]) or _multiply(sample))
        lines = ("ordered_at" in clear and told) or (papers and _timed(sample))
    elif again:
        # A few ids that occur twice are slips in a list; where money stands beside them, they are lines.
        many = len(set(ids)) < OFTEN * len(ids)
        often = many and ("ordered_at" in clear or _of_events(sample, ids))
        mostly = len(set(ids)) < MOSTLY * len(ids) and looks.as_id(ids, unique=False) == 1 and _has_times(sample)
        lines = ((dated or (many and _timed(sample))) and worth) or often or (ordered and worth) or mostly
    else:
        # Where each customer stands there once, so does each order; what occurs again is a number of them.
        once = looks.repeats(sample.get(best["invoice_id"][1], ())) is not True
        lines = "ordered_at" in clear and worth and ordered and once
    return "transactions" if lines or _of_orders(sample, best) else "customers"


def _of_orders(sample: Mapping[str, Sequence[str]], best: Mapping[str, tuple[float, str]]) -> bool:
    """Whether orders occur again, each with its time, beside customers or addresses that occur again."""
    clear = best["invoice_id"][0] >= LIKELY_NAME and best["ordered_at"][0] >= LIKELY_NAME
    if not clear or not looks.repeats(sample[best["invoice_id"][1]]):
        return False
    called_so = (name for name, texts in sample.items() if fit("transactions", _CUSTOMER, name, list(texts)) >= CLEAR)
    return any(looks.repeats(sample[name]) for name in called_so)


def _of_people(sample: Mapping[str, Sequence[str]]) -> bool:
    """Whether the columns tell who somebody is and since when, as those of a list do."""
    return all(any(naming.speaks_of(name, *meant) for name in sample) for meant in (("gender", "birth"), ("signup",)))


def _are_papers(sample: Mapping[str, Sequence[str]], paper: tuple[float, str]) -> bool:
    """Whether each row is a paper with a number of its own, as of orders that name nobody."""
    numbered = paper[0] >= LIKELY_NAME and naming.speaks_of(paper[1], "id") and looks.new_on_each(sample[paper[1]])
    return numbered and not _of_people(sample)


def _somebody_again(sample: Mapping[str, Sequence[str]]) -> bool:
    """Whether there are numbers of nothing that is known, many of which occur again."""
    found = (texts for name, texts in sample.items() if settling.are_numbers(name, texts))
    return any(looks.repeats(texts) and len(set(texts)) > looks.FEWEST_IDS for texts in found)


def _multiply(sample: Mapping[str, Sequence[str]]) -> bool:
    """Whether pieces times their price are money, row by row, in columns that are filled everywhere."""
    most = max(map(len, sample.values()), default=0)
    return bool(figures.products({name: texts for name, texts in sample.items() if len(texts) == most}))


def _timed(sample: Mapping[str, Sequence[str]]) -> bool:
    return any(map(_are_times, sample.values()))


def _are_times(texts: Sequence[str]) -> bool:
    return guess.readable(texts, "time") >= EVIDENT


def _has_times(sample: Mapping[str, Sequence[str]]) -> bool:
    """Whether a column holds times of something that may happen again."""
    names = (name for name, texts in sample.items() if _are_times(texts))
    return any(not naming.speaks_of(name, "birth", "signup", "left", "age") for name in names)


def _of_events(sample: Mapping[str, Sequence[str]], ids: Sequence[str]) -> bool:
    """Whether beside ids that occur again there are times, and a number that is new on each row."""
    dated = _timed(sample)
    numbers = (texts for name, texts in sample.items() if naming.speaks_of(name, "id"))
    return dated and len(set(ids)) > looks.FEWEST_IDS and any(map(looks.new_on_each, numbers))


_CUSTOMER = next(column for column in known("transactions") if column.name == "customer_id")
