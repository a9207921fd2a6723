"""What the columns of a customer list hold, by what their names say: the playbook asks for kinds, a study has names."""

import re
from collections.abc import Collection, Iterable, Sequence

from customer_segments.base import registry
from customer_segments.base.params import Play
from customer_segments.base.spelling import words_of

ANY = "*"
# Words of a name by what they mean here; those for amounts of money come first.
VOCABULARY = {
    "spend": """mnt spend spending spent spends expenditure expenses ausgaben ausgegeben depense depenses gasto gastos
        spesa spese uitgaven besteding wydatki purchases_amount dollars sales revenue turnover umsatz omzet""",
    "earned": """income salary wage earnings einkommen gehalt revenu salaire ingreso ingresos sueldo salario reddito
        stipendio inkomen salaris dochod renda""",
    "score": "score index rating punkte note puntuacion punteggio",
    "mean": "avg average mean typical durchschnitt durchschnittlich moyen moyenne promedio medio media gemiddeld",
    "all": """total sum overall lifetime ltv clv annual yearly year monthly last months months12 12m all gesamt totale
        totaal anual annuel jahres amount value usd eur in of per customer the my net gross""",
    "purchase": """purchase purchases buys bought order orders transaction transactions trans trx txn basket baskets
        cart kauf kaeufe kaufe einkauf einkaeufe bestellungen achat achats commandes compras pedidos acquisti ordini
        aankopen zakupy zamowienia""",
    "many": """num number count no nr quantity freq frequency times ct cnt anzahl nombre numero aantal cantidad liczba
        frequenz frequence frecuencia""",
    "web": "web website online internet ecommerce site",
    "catalogue": "catalog catalogue katalog catalogo",
    "store": "store stores shop instore filiale magasin tienda negozio winkel offline sklep",
    "app": "app mobile",
    "phone": "phone telephone telefon",
    "deal": """deal deals discount discounts discounted coupon coupons promo promos promotion promotions
        voucher vouchers rabatt rabatte gutscheine remise remises promotions descuento descuentos cupones sconto
        sconti korting""",
    "visit": """visit visits sessions session pageviews logins login views clicks besuche visites visitas visite
        bezoeken browsing wizyty""",
    "campaign": "campaign campaigns cmp kampagne kampagnen campagne campagnes campana campanas response responded",
    "since last": "recency",
    "tenure": """tenure seniority loyalty_years membership relationship vintage stay antiguedad anciennete anzianita
        kundendauer vertragsdauer""",
    "balance": "balance saldo savings deposit deposits assets guthaben kontostand solde epargne spareinlagen",
    "limit": "limit kreditlimit",
    "credit": "credit kredit",
    "charge": """charge charges bill billing premium fee fees subscription_price mrr arpu rechnungsbetrag beitrag
        grundgebuehr facture mensualite cuota canone bolletta""",
    "usage": """usage minutes mins calls call data gb mb messages sms volume hours watch watched listening kwh
        utilization         utilisation nutzung verbrauch consumption uso consumo gebruik""",
    "product": "product products services service lines policies produkte produits productos prodotti producten",
    "complaint": """complaint complaints complain complains tickets ticket claims claim support beschwerde beschwerden
        reclamations reclamation quejas reclami klachten escalations""",
    "late": """late delinquency delinquent overdue missed arrears delay delays default defaults dpd mahnungen
        retards         verzug""",
    "satisfied": """satisfaction satisfied nps csat zufriedenheit satisfaccion soddisfazione tevredenheid stars
        happiness""",
    "points": "points punkte_stand miles coins",
    "child": """kid kids kidhome teenhome child children dependent dependents dependants kinder enfants hijos figli
        kinderen dzieci""",
    "engaged": "engagement engaged activity",
    "contract": "contract vertrag contrat contrato contratto contracttype plan term laufzeit",
}
KNOWN_WORDS: dict[str, set[str]] = {}
for _kind, _words in VOCABULARY.items():
    for _word in _words.split():
        KNOWN_WORDS.setdefault(_word, set()).add(_kind)
CHANNELS = ("web", "catalogue", "store", "app", "phone")
# The kinds that a column of these words is of, the first whose words all occur.
KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("spend", "score"), "spending_score"),
    (("engaged",), "engagement_score"),
    (("satisfied",), "satisfaction"),
    (("since last",), "recency_days"),
    (("deal",), "deals"),
    (("visit",), "visits"),
    (("campaign",), "campaigns"),
    (("complaint",), "complaints"),
    (("late",), "late"),
    (("points",), "points"),
    (("child",), "children"),
    (("credit", "limit"), "credit_limit"),
    (("limit",), "credit_limit"),
    (("balance",), "balance"),
    (("tenure",), "tenure"),
    (("charge",), "charges"),
    (("usage",), "usage"),
    (("mean", "purchase"), "average_purchase_value"),
    (("mean", "spend"), "average_purchase_value"),
    (("many", "product"), "products_held"),
    (("purchase", "all", "money"), "total_spend"),
    (("purchase", "spend"), "total_spend"),
    (("purchase",), "purchase_count"),
    (("product",), "products_held"),
)
OF_ORDERS = {"orders", "recency_days", "tenure_days"}  # made of every study with lines
ALSO = {"income", "spend_on_*", "bought_by_*", "contract_short", "contract_long"}
KINDS_KNOWN = {kind for _, kind in KINDS} | ALSO
SHORT, LONG = re.compile(r"month|mensu|monat|mens|maand|prepaid|none|kein"), re.compile(r"year|ann|jahr|an\b|ano|24|12")


def kind_of(column: str) -> tuple[str, str] | None:
    """The kind of column that a name speaks of, and what it is about where the kind is one of many."""
    name, category = registry.split(column)
    said = words_of(name)
    meant = set().union(*(KNOWN_WORDS.get(word, set()) for word in said)) if said else set()
    if category is not None:
        return _contract(category) if "contract" in meant else None
    if "earned" in meant and not meant & {"spend", "purchase"}:
        return "income", ""
    if re.search(
        r"(months?|years?|days?)_(as_|since_)?(customer|member|with|on_book)|customer_(for|since|age|days)", name
    ):
        return "tenure", ""
    if re.search(r"days?_since_(the_)?last|since_last", name):
        return "recency_days", ""
    if meant & {*CHANNELS} and meant & {"purchase"} and not meant & {"deal", "visit"}:
        return "bought_by_" + ANY, next(channel for channel in CHANNELS if channel in meant)
    if {"amount", "value", "usd", "eur"} & set(said):
        meant.add("money")
    if "spend" in meant and "score" not in meant and "mean" not in meant and "purchase" not in meant:
        return _spending(said)
    return next(((kind, "") for asked, kind in KINDS if meant.issuperset(asked)), None)


def _spending(said: Sequence[str]) -> tuple[str, str]:
    """Money in all, or for something: the words of the name that say neither how much nor over which time."""
    plain = [word for word in said if not KNOWN_WORDS.get(word, set()) & {"spend", "all"} and not word.isdigit()]
    plain = [word for word in plain if word not in ("on", "for", "amt", "k", "amount")]
    return ("spend_on_" + ANY, " ".join(plain)) if plain else ("total_spend", "")


def _contract(category: str) -> tuple[str, str] | None:
    if SHORT.search(category.lower()):
        return "contract_short", ""
    return ("contract_long", "") if LONG.search(category.lower()) else None


def kinds(columns: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """For each kind the columns that are of it, with what each is about; what the study itself calls so aside."""
    names, found = list(columns), {}
    for column in names:
        if column not in registry.COLUMNS and (kind := kind_of(column)) and kind[0] not in names:
            found.setdefault(kind[0], []).append((column, kind[1]))
    return found


def worth_of(columns: Iterable[str]) -> str | None:
    """The column that says what a customer of a list is worth; None where orders do, or nothing does."""
    own = list(columns)
    known = kinds(own).get("total_spend", [(None, "")])
    return "total_spend" if "total_spend" in own else known[0][0]


def orders_over_time(columns: Iterable[str]) -> bool:
    """Whether these are of customers whose orders are known, rather than a list's that has a number of them."""
    return set(columns) >= OF_ORDERS


def in_these_words(playbook: Sequence[Play], columns: Collection[str]) -> tuple[Play, ...]:
    """The plays as they ask for this study's own columns, one for each column of a kind with many."""
    found = kinds(columns)
    singles = {kind: own[0][0] for kind, own in found.items() if ANY not in kind}
    told: list[Play] = []
    for play in playbook:
        many = next((column for way in play.when for column in way if ANY in column), None)
        fillings = found.get(many, []) if many else [("", ANY)]  # a star in other names is a star
        told += [_renamed(play, singles | ({many: column} if many else {}), topic) for column, topic in fillings]
    return tuple(told)


def _renamed(play: Play, names: dict[str, str], topic: str) -> Play:
    """A play with its columns called as the study calls them."""

    def own(bounds: dict[str, str]) -> dict[str, str]:
        return {names.get(column, column): bound for column, bound in bounds.items()}

    told = {"name": play.name.replace(ANY, topic), "do": play.do.replace(ANY, topic)}
    told |= {"when": tuple(own(way) for way in play.when), "requires": own(play.requires)}
    return play.model_copy(update=told | {"holds_for": own(play.holds_for)})
