"""What cells look like, and so what a column can be: no amount, rating or date is an id, no order's total a line's."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from customer_segments.sources import figures, guess
from customer_segments.sources.figures import ENOUGH, NEARLY_ALL, Cells

FEWEST_IDS = 12  # different values, below which short ones are a rating or a group
FEWEST_PEOPLE = 5  # different values, below which they are hardly people's
LONGEST_CODE = 2  # signs of such a rating
LONGEST_PLACE = 5  # signs of a line's number that counts from the order's first one
AGAIN = 0.95  # below so many different values among all cells, they occur again
MOSTLY = 0.7
HALF_A_PLACE = 0.9  # how well a street fits a place
SHARED = 0.25  # of the rows
FEWEST_ORDERS = 4  # of several lines, below which nothing is said of orders

ADULT, OLDEST = 18, 120
PLACES = ("country", "location")  # which all may have in common

SEXES = tuple(
    frozenset(pair.split())
    for pair in ("m f", "m w", "v m", "h f", "h m", "male female", "man woman", "mann frau", "homme femme",
                 "hombre mujer", "uomo donna", "man vrouw", "maschio femmina", "männlich weiblich", "masculin féminin",
                 "k m", "mr mrs ms miss", "mr mme mlle", "herr frau", "m mme mlle", "monsieur madame mademoiselle",
                 "sr sra srta", "señor señora", "sig sig.ra sig.na", "signor signora", "dhr mevr mw", "meneer mevrouw",
                 "heer mevrouw", "mannelijk vrouwelijk", "masculino femenino feminino", "varón mujer",
                 "maschile femminile", "pan pani", "kobieta mężczyzna", "man kvinna", "mand kvinde", "mann kvinne",
                 "mies nainen", "herr fru", "hr fru")
)  # fmt: skip
HOW_FAR = """active inactive open closed new pending complete completed processing paid unpaid canceled cancelled
    refunded enabled disabled draft sent shipped delivered subscribed unsubscribed aktiv inaktiv offen bezahlt actif
    inactif activo inactivo attivo ativo inativo actief aktywny won lost approved rejected expired trial confirmed
    failed fulfilled unfulfilled returned authorized voided storniert versendet geliefert erledigt abgeschlossen payé
    annulé livré expédié pagado anulado enviado entregado pendiente pagato annullato spedito consegnato betaald
    geannuleerd verzonden geleverd opłacone anulowane wysłane"""
STATES_OF_THINGS = frozenset(HOW_FAR.split())
UNSAID = "keine angabe,non renseigné,non précisé,no indica,non specificato,niet opgegeven,prefer not to say"
BESIDE_PERSONS = """firma, familie, fam, eheleute, ehepaar, herr und frau, verein, company, family, mr & mrs,
    mr and mrs, organisation, société, societe, ste, sté, entreprise, famille, m. et mme, association, empresa,
    familia, sociedad, azienda, ditta, famiglia, società, bedrijf, gezin, dhr. en mevr, de heer en mevrouw, família,
    rodzina, państwo, företag, familj, dr, prof, dra, dott, dott.ssa"""
DIVERSE = frozenset("d x o div divers other andere non-binary u n/a unknown unbekannt".split()) | {  # noqa: SIM905
    *UNSAID.split(","), *re.split(r",\s*", BESIDE_PERSONS),
}  # fmt: skip
BY_WHAT = """sms email e-mail mail e-mails newsletter phone telephone telefon telefono teléfono telefone téléphone
    telefoon puhelin call calls anruf post brief letter carta lettre lettera courrier correio posta poczta list dopis
    whatsapp viber telegram line app portal portail portale push messenger chat fax telefax none e-post epost e-posta
    eposta sähköposti メール 電話 郵送 短信 电话 邮件"""
REACHED_BY = frozenset(BY_WHAT.split())
BY_WHICH_MONEY = """cash card visa mastercard maestro amex paypal klarna ideal bancontact bizum twint stripe sepa
    invoice bar barzahlung karte kreditkarte lastschrift überweisung ec-karte rechnung girocard espèces carte cb
    chèque virement prélèvement contant pin overboeking incasso contanti carta bonifico bancomat assegno pos efectivo
    tarjeta transferencia domiciliación cheque vorkasse nachnahme sofort sofortüberweisung giropay gutschein
    kartenzahlung bankeinzug chèques espèce creditcard cadeaubon pinnen tikkie acceptgiro contante satispay
    contrassegno contrareembolso dinheiro cartão multibanco mbway pix gotówka karta przelew pobranie blik payu kort
    kontant faktura swish vipps mobilepay dankort autogiro bankgiro venmo zelle afterpay"""
IN_SEVERAL_WORDS = """credit card, debit card, bank transfer, wire transfer, direct debit, gift card, apple pay,
    google pay, on account, kauf auf rechnung, carte bancaire, carte bleue, ticket restaurant, carta di credito,
    carta di debito, tarjeta de crédito, tarjeta de débito, automatische incasso, op rekening, cartão de crédito,
    mb way, za pobraniem"""
WAYS_TO_PAY = frozenset(BY_WHICH_MONEY.split()) | {*re.split(r",\s*", IN_SEVERAL_WORDS)}

_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0*)?")
_FRACTION = re.compile(r"[^\w\s]?\s?[+-]?\d[\d.,' ]*[.,]\d{1,4}\s?[^\s\d]{0,3}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d\d")
_CLOCK = re.compile(r"\d?\d:\d\d(?::\d\d)?")
_HOUR = re.compile(r"(?<=[ T])\d\d:\d\d")
NO_HOUR = {"00:00", "12:00"}  # where a day is written as a moment
_ARTICLE = re.compile(r"^(?:une?|eine?|una|een|an?) ")
_CALLED = re.compile(r"[^\W\d_a-z][^\W\d]*\.?(?:[ '-]+(?:d[aeiou]s? |v[ao]n |de[nr] )*[^\W\d_a-z][\w.&'-]*){1,3}")
_SEVERAL_WORDS = re.compile(r"[^\W\d]\S*\s+[^\W\d].*")


def as_id(texts: Sequence[str], unique: bool) -> float:
    """How well a column's cells fit an id (0 to 1), in a list where each row has `unique` ids or in lines."""
    if len(texts) < ENOUGH:
        return 1.0
    different = len(set(texts))
    if _fractions(tuple(texts)) > 0.05 or guess.readable(texts, "flag") == 1 or different == 1:
        return 0.0
    if guess.readable(texts, "time") >= NEARLY_ALL and not guess.counted(texts) and not all(map(str.isdigit, texts)):
        return 0.0
    if _share(texts, lambda text: bool(_CLOCK.fullmatch(text))) > 0.5:
        return 0.0
    if different <= FEWEST_IDS and len(texts) >= 2 * FEWEST_IDS:
        if unique:
            return 0.0
        return 0.4 if max(map(len, texts)) <= LONGEST_CODE else 1.0 if numbered(texts) else 0.5
    fits = max(0.4, different / len(texts)) if unique else 1.0
    return fits * (0.7 if _share(texts, lambda text: bool(_SEVERAL_WORDS.fullmatch(text))) > 0.5 else 1.0)


def as_text(ours: str, texts: Sequence[str]) -> float:
    """How well a column's cells fit one of our texts: sums are none, nor what is always the same or always new."""
    different = len(set(texts))
    if ours == "location" and _share(texts, _is_street) > 0.5:
        return HALF_A_PLACE
    if len(texts) < ENOUGH:
        return 1.0
    if fractions(texts) or are_links(texts) or (ours == "product" and ways_to_pay(texts)):
        return 0.0
    if different == 1 and ours not in PLACES:
        return 0.0
    if ours == "category" and different == len(texts):
        return 0.0
    if ours == "product" and (different == len(texts) >= 2 * ENOUGH or figures.pieces(texts)):
        return 0.5
    fits = {"gender": different <= FEWEST_IDS and not _of_animals(texts), "location": not _are_states_of_things(texts)}
    return float(fits.get(ours, True))


def are_links(texts: Sequence[str]) -> bool:
    """Whether cells are addresses of the web, which name nothing."""
    return _share(texts, lambda text: text.startswith(("http://", "https://"))) > 0.5


def _is_street(text: str) -> bool:
    """Whether a cell tells a street and a house, of which hardly two customers have the same."""
    return " " in text and any(map(str.isdigit, text)) and sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))


def _are_states_of_things(texts: Sequence[str]) -> bool:
    """Whether cells tell how far an order or a membership is, and not the state that somebody lives in."""
    return _share(texts, lambda text: text.lower() in STATES_OF_THINGS) > 0.5


def of_few(texts: Sequence[str]) -> bool:
    """Whether enough cells are known, and they tell hardly anybody apart."""
    return len(texts) >= ENOUGH and len(set(texts)) < FEWEST_PEOPLE


def _of_animals(texts: Sequence[str]) -> bool:
    """Whether cells tell two sexes and more than people write of them, as of animals that were neutered."""
    found = _sexes_told(texts)
    return any(pair <= found and not found <= pair | DIVERSE for pair in SEXES)


def sexes(texts: Sequence[str]) -> bool:
    """Whether the cells tell who is a man and who a woman."""
    found = _sexes_told(texts)
    return len(texts) >= ENOUGH and any(len(found & pair) >= 2 and found <= pair | DIVERSE for pair in SEXES)


def channels(texts: Sequence[str]) -> bool:
    """Whether the cells tell by what people are written to or called."""
    told = {text.lower() for text in texts}
    return len(texts) >= ENOUGH and len(told & REACHED_BY) >= 2 and told <= REACHED_BY


def hours(cells: Cells) -> set[str]:
    """The hours and minutes that moments tell."""
    return {found[0] for text in cells if text and (found := _HOUR.search(text))}


def names(cells: Cells) -> bool:
    """Whether most cells are two to four words, each with a capital letter, as people and firms are called."""
    return _share([text for text in cells if text], lambda text: bool(_CALLED.fullmatch(text.strip()))) > MOSTLY


def ways_to_pay(texts: Sequence[str]) -> bool:
    """Whether most cells tell by what was paid."""
    return _share(texts, lambda text: text.lower() in WAYS_TO_PAY) > 0.5


def _sexes_told(texts: Sequence[str]) -> set[str]:
    return {_ARTICLE.sub("", text.lower()).rstrip(".") for text in texts}


def fractions(texts: Sequence[str]) -> bool:
    """Whether most cells are numbers, many of them with decimals."""
    return guess.readable(texts, "number") >= NEARLY_ALL and _fractions(tuple(texts)) > 0.3


def ages(texts: Sequence[str]) -> bool:
    """Whether cells can be years of life: mostly numbers up to those that people reach, of adults among them."""
    years = sorted(number for number in figures.values(texts) if number is not None)
    reached = sum(0 <= number <= OLDEST for number in years)
    return len(years) < ENOUGH or (reached >= MOSTLY * len(years) and years[-1] >= ADULT)


def empty_sums(texts: Sequence[str]) -> bool:
    """Whether more than half of the cells are zero, as those of what is left to pay."""
    numbers = [number for number in figures.values(texts) if number is not None]
    return len(numbers) >= ENOUGH and sum(number == 0 for number in numbers) > len(numbers) / 2


def paid_out(texts: Sequence[str]) -> bool:
    """Whether enough sums are known, and none is above nothing, as those of what a seller is charged."""
    numbers = [number for number in figures.values(texts) if number is not None]
    return len(numbers) >= ENOUGH and max(numbers) <= 0


def all_alike(texts: Sequence[str]) -> bool:
    """Whether enough cells are known, and all are the same, so that they tell nothing of the rows."""
    return len(texts) >= ENOUGH and len(set(texts)) == 1


def cents(texts: Sequence[str]) -> bool:
    """Whether nearly all cells have two decimals, and many of them tell something, as sums of money do."""
    two = [text for text in texts if re.fullmatch(r"-?[\d.,' ]*\d[.,]\d\d", text)]
    broken = sum(not text.endswith("00") for text in two)
    return len(texts) >= ENOUGH and len(two) >= NEARLY_ALL * len(texts) and broken > 0.5 * len(two)


def again(cells: Cells) -> bool:
    """Whether enough cells are filled, and not all of them differ."""
    texts = [text for text in cells if text]
    return len(texts) >= ENOUGH and len(set(texts)) < len(texts)


def repeats(texts: Sequence[str]) -> bool | None:
    """Whether the same cells occur again; None where too few are known."""
    return len(set(texts)) < AGAIN * len(texts) if len(texts) >= ENOUGH else None


def scientific(texts: Sequence[str]) -> int:
    """How many cells a spreadsheet has shortened to something like 1.2E+11."""
    return sum(bool(_SCIENTIFIC.fullmatch(text)) for text in texts)


def same_groups(one: Cells, other: Cells) -> bool:
    """Whether two columns tell the same rows apart, so that either will do."""
    pairs = {(a, b) for a, b in zip(one, other, strict=True) if a and b}
    return bool(pairs) and len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def of_the_order(orders: Cells, cells: Cells) -> bool:
    """Whether a column tells the same on all lines of an order, or something on its first line only."""
    lines = defaultdict(list)
    for order, text in zip(orders, cells, strict=True):
        lines[order].append(text)
    headless = lines.pop(None, [])  # where the order's own cells stand on its first line only
    if len(headless) > 0.2 * len(cells) and not any(headless):
        return True
    several = [set(filter(None, texts)) for texts in lines.values() if len(texts) > 1]
    return len(several) >= FEWEST_ORDERS and sum(len(told) <= 1 for told in several) >= NEARLY_ALL * len(several)


def varies(orders: Cells, cells: Cells) -> bool:
    """Whether the lines of most orders have different cells, as goods have and customers have not."""
    lines = defaultdict(set)
    counts = Counter(order for order in orders if order)
    for order, text in zip(orders, cells, strict=True):
        if order and text and counts[order] > 1:
            lines[order].add(text)
    several = sum(len(told) > 1 for told in lines.values())
    return len(lines) >= FEWEST_ORDERS and several > MOSTLY * len(lines)


def on_several_days(orders: Cells, times: Cells) -> bool:
    """Whether many rows share what should be their order with others of another day."""
    days = defaultdict(set)
    for order, time in zip(orders, times, strict=True):
        if order and time:
            days[order].add(time[:8])
    many = sum(len(days[order]) > 1 for order in orders if order)
    return len(orders) >= ENOUGH and many > SHARED * len(orders)


def on_first_lines(orders: Cells, cells: Cells) -> bool:
    """Whether a column is filled on the first line of nearly all orders, and empty on the further ones."""
    seen, first, further = set(), [], []
    for order, text in zip(orders, cells, strict=True):
        (further if order is None or order in seen else first).append(text)
        seen.add(order)
    empty, filled = sum(text is None for text in further), sum(text is not None for text in first)
    return len(further) >= FEWEST_ORDERS and empty >= NEARLY_ALL * len(further) and filled >= MOSTLY * len(first)


def new_on_each(cells: Cells) -> bool:
    """Whether a column is filled everywhere, and never twice the same."""
    return len(cells) >= ENOUGH and all(cells) and len(set(cells)) == len(cells)


def count_rows(cells: Cells) -> bool:
    """Whether a column counts the rows, from 1 on."""
    return len(cells) >= ENOUGH and all(text == str(number) for number, text in enumerate(cells, 1))


def long_again(texts: Sequence[str]) -> bool:
    """Whether long numbers occur again, as those of telephone lines do and those of an order's lines do not."""
    return bool(repeats(texts)) and min(map(len, texts)) > LONGEST_PLACE


def numbered(texts: Sequence[str]) -> bool:
    """Whether nearly all cells have a digit, or the sign of an address."""
    return _share(texts, lambda text: any(sign.isdigit() or sign == "@" for sign in text)) > NEARLY_ALL


@lru_cache(maxsize=128)
def _fractions(texts: tuple[str, ...]) -> float:
    return _share(texts, _is_fraction)


def _is_fraction(text: str) -> bool:
    return bool(_FRACTION.fullmatch(text)) and not _WHOLE.fullmatch(text)


def _share(texts: Sequence[str], test) -> float:
    return sum(times for text, times in Counter(texts).items() if test(text)) / len(texts) if texts else 0.0
