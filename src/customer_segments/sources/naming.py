"""What a column's name says, in many languages: split into the words that it is made of, each with its meaning."""

import re
import unicodedata
from functools import lru_cache

# Words by what they mean, as small letters only; compounds ("Kundennummer", "orderdate") are taken apart.
MEANINGS = {
    "who": """customer customers cust client clients kunde kunden kundin klant klanten cliente clientes clienti kund
        kunder klient klienta member members membership mitglied mitglieder household households hshd haushalt account
        accounts acct konto user users usuario utente utenti benutzer nutzer gebruiker utilisateur subscriber
        subscribers abonnent abonne abonado abonnee patient patients patienten paciente paziente student students
        schueler schuler estudiante alumno studente eleve etudiant buyer shopper acheteur kaeufer kaufer comprador
        compratore koper purchaser cardholder guest gast donor donors spender donateur donante passenger passagier
        debitor debiteur debtor socio membre adherent lid policyholder versicherungsnehmer borrower leser visitor
        besucher visiteur visitante tenant mieter contact kontakt contacto contatto person party supporter""",
    "id": """id ids no nr num number nummer numero nro numer nbr code key kennung kennziffer identifier identificador
        identifiant ref reference referenz uuid guid uid codigo codice cod nummers matricola matricule""",
    "card": "card karte carte carta tarjeta cartao kaart loyalty",
    "order": """order orders invoice invoices transaction transactions trans txn receipt basket bill ticket sale sales
        bestellung bestell bestel bestelling rechnung rechnungs beleg auftrag auftrags facture factura fattura factuur
        commande pedido ordine ordre bon document belegs booking reservation buchung reserva reservering charge payment
        zahlung paiement pago pagamento betaling vente vendita venta verkauf checkout donation gift spende visit""",
    "time": """date datum data fecha time timestamp datetime zeit zeitpunkt zeitstempel heure hora ora at tijd day tag
        jour dia giorno""",
    "created": """created creation erstellt angelegt cree creado creato placed posting posted processed purchase kauf
        kaufs achat compra acquisto aankoop zakupu event occurred""",
    "other time": """ship shipped shipping versand liefer lieferung delivery delivered livraison due faellig birth
        geburts geburt naissance nacimiento nascita geboorte expiry expires expiration updated modified changed
        cancelled canceled refunded returned signup signed joined join registered registration subscription start end
        last first estimated approved fulfilled carrier valid enrolled enrollment until ablauf letzte erste limit hire
        contract renewal closed opened""",
    "quantity": """quantity qty units pieces menge anzahl stueck stuck stuckzahl quantite qte cantidad unidades
        quantita aantal stuks ilosc quantidade""",
    "unit": "unit einzel unitaire unitario unitaria stuk each per stueckpreis",
    "price": "price prices preis prix precio prezzo prijs preco cena",
    "amount": """amount amounts total totals sum value revenue turnover betrag umsatz summe gesamt montant importe
        importo totale bedrag spend spent paid kwota valor monto subtotal totaal omzet proceeds charged grand
        extended""",
    "other money": """tax vat mwst steuer tva iva btw discount rabatt remise descuento sconto korting shipping freight
        versand fee fees cost costs kosten profit margin balance saldo outstanding tip tender commission lifetime duties
        compare original refund refunds refunded credit limit gift""",
    "product": """product products sku item items article articles artikel produkt produkte produit producto prodotto
        produto stockcode asin lineitem material menu""",
    "name": "name names nom nombre nome naam bezeichnung title titel titre titulo libelle designation omschrijving",
    "description": "description beschreibung descripcion descrizione text bezeichnung",
    "category": """category categories kategorie categorie categoria familia family department rayon reparto
        warengruppe group gruppe groupe grupo gruppo type typ class klasse aisle""",
    "country": "country land pays pais paese kraj",
    "line": "line position pos zeile ligne linea regel riga",
    "aspect": """rating score segment status state city town stadt ville citta ciudad stad region area zip postcode plz
        address adresse street phone telefon tel gender sex age language currency satisfaction visits frequency recency
        length count website company vendor channel method mode tags tag note notes flag level tier rank index year
        month hour week gateway source medium agent staff employee seller store filiale warehouse branch risk""",
    "email": "email mail emailadresse courriel correo",
    "only": """ttc ht eur usd gbp chf inkl incl excl inclusive exclusive including net gross netto brutto unique main
        own internal external primary our global the distinct""",
}
LINKS = ("s", "n", "en", "e", "de", "du", "des", "di", "del", "della", "da", "do", "van", "der", "la", "le", "of", "el")
UNKNOWN = "?"

_WORDS: dict[str, tuple[str, ...]] = {}
for _meaning, _words in MEANINGS.items():
    for _word in _words.split():
        _WORDS[_word] = (*_WORDS.get(_word, ()), _meaning)
_LONGEST = max(map(len, _WORDS))


@lru_cache(maxsize=4096)
def meanings(name: str) -> tuple[frozenset[str], ...]:
    """For each word of a name what it may mean, linking words left out; a word that is not known means `?`."""
    told = re.sub(r"\(.*?\)|\[.*?\]", " ", name).replace("#", " no ").replace("°", " ")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", told) if not unicodedata.combining(sign))
    plain = plain.replace("ß", "ss")
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain).lower()
    found = [each for token in re.findall(r"[a-z]+|[^\W\d_a-z]+", apart) for each in _apart(token)]
    return tuple(frozenset(_WORDS.get(word, (UNKNOWN,))) for word in found if word not in LINKS)


def _apart(token: str) -> list[str]:
    """A token as the words that it is written of, fewest first; itself where it is no compound of known words."""
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - _LONGEST), end):
            word = token[start:end]
            known = word in _WORDS or (word in LINKS and start > 0)
            if known and start in best and (end not in best or len(best[start]) + 1 < len(best[end])):
                best[end] = [*best[start], word]
    return best.get(len(token), [token])


def says(name: str) -> dict[str, float]:
    """Which of our columns a name speaks for, and how clearly (0 to 1)."""
    found = meanings(name)
    return {role: score for role, rules in RULES.items() if (score := _score(found, rules))}


def _score(found: tuple[frozenset[str], ...], rules: dict[tuple[str, ...], float]) -> float:
    return max((score for meant, score in rules.items() if _is(found, meant)), default=0.0)


def _is(found: tuple[frozenset[str], ...], meant: tuple[str, ...]) -> bool:
    """Whether every word has one of these meanings, and each of them occurs."""
    return (
        bool(found)
        and all(word & {*meant, "only"} for word in found)
        and all(any(meaning in word for word in found) for meaning in meant)
    )


# What all words of a name together must mean.
RULES: dict[str, dict[tuple[str, ...], float]] = {
    "customer_id": {
        ("who", "id"): 0.85, ("who",): 0.8, ("card", "id"): 0.7, ("card", "who", "id"): 0.75, ("who", "card"): 0.6,
        ("id",): 0.55, ("only",): 0.3, ("who", "email"): 0.5, ("email",): 0.45, ("who", "name"): 0.35,
        ("order", "who"): 0.5, ("order", "who", "id"): 0.5, (UNKNOWN, "who", "id"): 0.6,
    },
    "invoice_id": {
        ("order", "id"): 0.85, ("order",): 0.75, ("order", "who", "id"): 0.6, ("order", "name"): 0.4,
        (UNKNOWN, "order", "id"): 0.6,
    },
    "ordered_at": {
        ("order", "time"): 0.85, ("created", "time"): 0.8, ("order", "created", "time"): 0.85, ("time",): 0.7,
        ("created",): 0.65, ("order", "created"): 0.7, (UNKNOWN, "time"): 0.4, ("amount", "time"): 0.6,
        ("other time", "time"): 0.2, ("other time",): 0.15, ("order", "other time", "time"): 0.2,
    },
    "quantity": {
        ("quantity",): 0.85, ("product", "quantity"): 0.85, ("order", "quantity"): 0.8, ("line", "quantity"): 0.8,
        (UNKNOWN, "quantity"): 0.6,
    },
    "unit_price": {
        ("unit", "price"): 0.9, ("product", "price"): 0.8, ("price",): 0.75, ("order", "price"): 0.7,
        ("line", "product", "price"): 0.8, ("unit", "amount"): 0.6, ("amount", "unit", "price"): 0.75,
    },
    "amount": {
        ("amount",): 0.75, ("line", "amount"): 0.85, ("product", "amount"): 0.75, ("order", "amount"): 0.8,
        ("amount", "price"): 0.8, ("order", "amount", "price"): 0.8, ("line", "amount", "price"): 0.85,
    },
    "product": {
        ("product", "id"): 0.85, ("product",): 0.8, ("product", "name"): 0.6, ("line", "product", "id"): 0.8,
    },
    "description": {
        ("product", "name"): 0.7, ("product", "description"): 0.85, ("description",): 0.6, ("product",): 0.3,
    },
    "category": {("category",): 0.7, ("product", "category"): 0.85},
    "country": {("country",): 0.8, ("who", "country"): 0.75, ("other time", "country"): 0.5},
    "line_number": {("line", "id"): 0.8, ("line", "product", "id"): 0.5},
}  # fmt: skip
