"""What a column's name says, in many languages: split into the words that it is made of, each with its meaning."""

import re
import unicodedata
from functools import lru_cache

# Words by what they mean, as small letters only; compounds ("Kundennummer", "orderdate") are taken apart.
MEANINGS = {
    "who": """consumer payer debtor insured traveller traveler rider player learner pupil resident kontrahent
        nabywca individual lead customer customers cust client clients kunde kunden kundin klant klanten cliente
        clientes clienti kund kunder kd klient klienta klienci member members membership mitglied mitglieder
        household households hshd haushalt account accounts acct konto user users usuario utente utenti benutzer
        nutzer gebruiker utilisateur subscriber subscribers abonnent abonnenten abonne abonado abonnee patient
        patients patienten paciente student students schueler schuler estudiante alumno studente eleve etudiant
        buyer shopper acheteur kaeufer kaufer comprador compratore koper purchaser cardholder guest gast donor
        donors spender donateur donante passenger passagier debitor debitoren debiteur socio soci membre adherent
        lid leden policyholder versicherungsnehmer borrower leser visitor besucher visiteur visitante tenant mieter
        contact kontakt contacto contatto person party supporter profile assinante aluno paziente""",
    "id": """record id ids no nr num number nummer numero nro numer nbr code key kennung kennziffer identifier
        identificador identifiant ref reference referenz uuid guid uid codigo codice cod kod nummers matricola
        matricule leid""",
    "card": "cc card karte carte carta tarjeta cartao kaart loyalty tessera",
    "order": """trx cart bag paragonu paragon sprzedazy sprzedaz appointment appt treatment rental ride lesson
        attendance stay commandes order orders ordered invoice invoices transaction transactions trans txn receipt
        basket bill ticket sale sales bestellung bestell bestel bestelling rechnung rechnungs beleg auftrag auftrags
        facture factura facturacion fattura factuur commande pedido ordine ordre bon document doc belegs booking
        reservation buchung buchungs reserva reservering charge payment zahlung paiement pago pagamento betaling
        vente venta vendita verkauf checkout donation gift scontrino zamowienia zamowienie faktura faktury inv ord
        loan call visit visite trip session encounter admission read reading swipe login event pickup claim""",
    "time": """date datum data fecha time timestamp datetime zeit zeitpunkt zeitstempel heure hora ora at on tijd
        day tag jour dia giorno dat dt""",
    "created": """create sold created creation erstellt angelegt cree creado creato placed posting posted processed
        purchase purchased kauf kaufs achat compra acquisto aankoop zakupu occurred added""",
    "other time": """billing bill sell arrival departure ship shipped shipping versand liefer lieferung delivery
        delivered livraison due faellig falligkeits vencimiento birth geburts geburt naissance nacimiento nascita
        geboorte nascimento expiry expires expiration updated modified changed cancelled canceled refunded returned
        start end last first ultima ultimo primera primer dernier derniere letzte erste laatste eerste estimated
        approved fulfilled carrier valid until ablauf limit hire contract renewal closed opened required return
        discharge""",
    "signup": """activation activated aktivierung adhesion rejestracji opened open admission signup signed joined
        join registered registration register subscription subscribed subscribe optin inscription inscripcion
        inscrit iscrizione alta anmelde anmeldung registrierung registrierungs registro registrazione inschrijf
        inschrijving since seit depuis desde dal sinds acquisition eintritts beitritts aanmeld cadastro enrolled
        enrollment confirm""",
    "left": """cancelamento rezygnacji sortie close closed cancelacion resignation exit churn churned cancellation
        kuendigung kuendigungs kundigung kundigungs baja resiliation desabonnement disdetta opzeg opzegging
        austritts abmelde left leave termination unsubscribed""",
    "active": "aktywny active aktiv actif activo attivo actief ativo",
    "quantity": """sztuk ordered_units quantity qty units pieces menge anzahl stueck stuck stuckzahl quantite qte
        cantidad unidades uds quantita aantal stuks ilosc quantidade""",
    "unit": "unit einzel unitaire unitario unitaria stuk stuck stueck each per stueckpreis jednostkowa",
    "price": "price prices preis prix precio prezzo prijs preco cena prc",
    "amount": """kwota imponible wert spesa depense depenses amount amounts amt total totals sum value revenue
        turnover betrag umsatz summe gesamt montant importe importo totale bedrag spend spent paid wartosc valor
        monto subtotal totaal omzet proceeds charged charge fare billed gasto grand extended ext dollars euros sales""",
    "level": "net gross netto brutto",
    "other money": """tax taxes vat mwst steuer tva iva btw discount rabatt remise descuento sconto korting
        shipping freight versand fee fees profit margin balance saldo outstanding tip tender commission lifetime
        duties compare original refund refunds refunded credit limit restbetrag rest handling coupon""",
    "product": """towar merchandise sku product products item items article articles artikel produkt produkte
        produktu produit producto prodotto produto articulo artículo articolo stockcode asin material menu""",
    "name": "name names nom nombre nome naam nazwa surname",
    "title": "title titel titre titulo titolo",
    "description": """bez memo description desc details beschreibung descripcion descrizione text bezeichnung
        libelle designation omschrijving opis descricao""",
    "category": """category categories kategorie categorie categoria kategoria familia famille family department
        dept rayon reparto warengruppe gruppe groupe grupo gruppo groep klasse aisle collection event""",
    "kind": "type typ class group tipo soort",
    "country": "nation nazione panstwo country land pays pais paese kraj",
    "line": "line lines position pos zeile ligne linea regel riga",
    "age": "age alter edad eta leeftijd idade wiek",
    "gender": "gender sex sexe sexo sesso geschlecht geslacht plec",
    "place": """wojewodztwo cidade kommune city town state region province provincia provincie ort stadt ville
        ciudad citta ciudade wohnort woonplaats geography location locality miasto bundesland comune gemeinde""",
    "income": """dochod income salary einkommen revenu ingreso ingresos reddito inkomen gehalt sueldo salaris
        salario renda earnings wage""",
    "yearly": """annuel anuales anuais mensal monthly monatlich mensuel mensile mensual maandelijks net annual
        yearly annuo anual jahres jaar estimated household""",
    "channel": "channel kanal canal canale kanaal",
    "favourite": "preferred preferido prefere preferito bevorzugter bevorzugt favourite favorite voorkeurs voorkeur",
    "engagement": "engagement",
    "rating": "rating score segment level tier rank index risk",
    "aspect": """salesperson salesman salesrep rep owner cashier operator manager assignee driver vehicle area zip
        postcode plz address adresse street phone telefon tel language currency satisfaction visits frequency
        recency length company vendor website method mode tags tag note notes flag year month hour week gateway
        source medium agent staff employee seller store filiale warehouse branch user_agent zone recipient""",
    "email": "email mail emailadresse courriel correo",
    "status": "status",
    "contract": "contract vertrag vertrags contrat contrato contratto polizza police policy poliza",
    "device": "device anonymous cookie",
    "cost": "cost costs kosten",
    "only": """sub app sys cum ttc ht eur usd gbp chf inkl incl excl inclusive exclusive including net gross netto
        brutto unique main own internal external primary our global the distinct is has from to lfd mw purchased
        base currently utc""",
}
# What is short for several words, or a system's own name for them; written as words above.
ABBREVIATED = {
    "kunnr": "customer id", "vbeln": "order id", "posnr": "line no", "audat": "order date", "fkdat": "order date",
    "erdat": "created date", "matnr": "product id", "arktx": "product desc", "maktx": "product desc",
    "matkl": "product category", "kwmeng": "quantity", "fkimg": "quantity", "netpr": "unit price",
    "netwr": "line amount", "kdnr": "customer id", "ean": "product id", "gtin": "product id", "upc": "product id",
    "isbn": "product id", "barcode": "product id", "pu": "unit price", "ppu": "unit price", "plu": "product id",
    "lidnr": "member id", "orderlines": "line", "lineitem": "line product", "unitamount": "unit price",
    "artnr": "product id", "pvp": "unit price", "custno": "customer no", "cid": "customer id",
    "transid": "transaction id", "belegfeld": "document no",
}  # fmt: skip
# Turns of phrase, seen as a whole: how many of something, whose address, which line of an order.
WITH_OR_WITHOUT = r"\b(?:incl?|excl?|ex|inkl|exkl|ohne|mit|sans|hors|avec|con|sin|senza)"
PHRASES = (
    (r"\ba/c\b", " account no "),
    (r"\b(?:(?:number|num|no|count) of|nombre (?:de|d))\b(?! \w+ (?:id|no)\b)", " quantity "),
    (r"\b(?:n|no|nr|numero) (?:de|di|of) (?=\w+s\b)", " quantity "),
    (r"\be ?mail addr(?:ess)?\b", " email "),
    (r"\b(?:order|sales order) (?:lines?|items?)\b", " line "),
    (r"\bline items?\b", " line product "),
    (r"\bsign(?:ed)? up\b", " signup "),
    (r"\bopt in\b", " signup "),
    (WITH_OR_WITHOUT + r" (?:vat|mwst|ust|tax|taxes|taxe|btw|tva|iva|gst)\b", " "),
    (r"\bbill(?:ing)? date\b", " order date "),
    (r"\bart (?=no\b|nr\b|nummer\b|num\b)", " product "),
    (r"\bq ta\b", " quantity "),
    (r"\bragione sociale\b", " customer name "),
    (r"\bsold for\b", " unit price "),
)
NO_DECOMPOSITION = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae"})
LINKS = ("s", "n", "en", "e", "de", "du", "des", "di", "del", "della", "da", "do", "van", "der", "la", "le", "of", "el")
ALONE = ("is", "to", "on", "at", "has", "our", "mw", "as")  # too short to be looked for within others
UNKNOWN = "?"

_WORDS: dict[str, tuple[str, ...]] = {}
for _meaning, _words in MEANINGS.items():
    for _word in _words.split():
        _WORDS[_word] = (*_WORDS.get(_word, ()), _meaning)
_LONGEST = max(map(len, _WORDS))


@lru_cache(maxsize=4096)
def meanings(name: str) -> tuple[frozenset[str], ...]:
    """For each word of a name what it may mean, linking words left out; a word that is not known means `?`."""
    told = re.sub(r"\(.*?\)|\[.*?\]", " ", name).replace("#", " no ").replace("°", " ").translate(NO_DECOMPOSITION)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", told) if not unicodedata.combining(sign))
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain).lower()
    apart = " ".join(ABBREVIATED.get(token, token) for token in re.findall(r"a/c|[a-z]+|[^\W\d_a-z]+", apart))
    for turn, meant in PHRASES:
        apart = re.sub(turn, meant, apart)
    found = [each for token in apart.split() for each in _apart(token)]
    kept = [word for word in found if word not in LINKS and len(word) > 1] or found
    return tuple(frozenset(_WORDS.get(word, (UNKNOWN,))) for word in kept)


def _apart(token: str) -> list[str]:
    """A token as the words that it is written of, fewest first; itself where it is no compound of known words."""
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - _LONGEST), end):
            word = token[start:end]
            known = (word in _WORDS and (word not in ALONE or word == token)) or (word in LINKS and start > 0)
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
        ("who", "id"): 0.85, ("who",): 0.75, ("card", "id"): 0.7, ("card", "who", "id"): 0.75, ("who", "card"): 0.7,
        ("id",): 0.55, ("only",): 0.3, ("who", "email"): 0.55, ("email",): 0.5, ("who", "name"): 0.45,
        ("other time", "who", "id"): 0.75, ("created", "who"): 0.7, ("contract", "id"): 0.5, ("device", "id"): 0.5,
        ("who", "contract", "id"): 0.6, ("name",): 0.3, (UNKNOWN, "id"): 0.3, ("order", "who"): 0.5,
        ("order", "who", "id"): 0.5, (UNKNOWN, "who", "id"): 0.6,
    },
    "invoice_id": {
        ("order", "id"): 0.85, ("order",): 0.75, ("order", "who", "id"): 0.6, ("order", "name"): 0.4,
        (UNKNOWN, "order", "id"): 0.6, ("created", "id"): 0.7, ("order", "created", "id"): 0.8, ("id",): 0.5,
        ("name",): 0.3,
    },
    "ordered_at": {
        ("order", "time"): 0.85, ("created", "time"): 0.8, ("order", "created", "time"): 0.85, ("time",): 0.7,
        ("created",): 0.65, ("order", "created"): 0.7, (UNKNOWN, "time"): 0.4, ("amount", "time"): 0.6,
        ("order", "time", "id"): 0.7, ("order", "other time"): 0.5, ("order", "other time", "time"): 0.2,
        ("other time", "time"): 0.2, ("other time",): 0.15,
    },
    "quantity": {
        ("quantity",): 0.85, ("product", "quantity"): 0.85, ("order", "quantity"): 0.8, ("line", "quantity"): 0.8,
        ("quantity", "created"): 0.8, (UNKNOWN, "quantity"): 0.6, ("line", "product", "quantity"): 0.9,
    },
    "unit_price": {
        ("unit", "price"): 0.9, ("product", "price"): 0.8, ("price",): 0.75, ("order", "price"): 0.7,
        ("line", "product", "price"): 0.9, ("unit", "amount"): 0.7, ("amount", "unit", "price"): 0.75,
        ("created", "price"): 0.65, ("level", "price"): 0.7, ("unit", "level", "price"): 0.9,
        ("product", "cost"): 0.35, ("unit", "order", "price"): 0.8, ("line", "unit", "price"): 0.9,
        ("line", "price"): 0.7,
    },
    "amount": {
        ("amount",): 0.78, ("line", "amount"): 0.9, ("product", "amount"): 0.8, ("order", "amount"): 0.8,
        ("amount", "price"): 0.8, ("order", "amount", "price"): 0.8, ("line", "amount", "price"): 0.9, ("level",): 0.6,
        ("order", "level"): 0.7, ("amount", "level"): 0.75, ("created", "amount"): 0.6,
        ("order", "amount", "level"): 0.75, ("order",): 0.3, ("created",): 0.3, ("order", "created", "amount"): 0.7,
        ("line", "amount", "level"): 0.9, ("line", "level"): 0.75, ("level", "price", "amount"): 0.8,
    },
    "product": {
        (UNKNOWN, "product", "id"): 0.5, ("title",): 0.5, ("product", "title"): 0.6, ("product", "id"): 0.85,
        ("product",): 0.8, ("product", "name"): 0.6, ("line", "product", "id"): 0.7,
        ("product", "id", "description"): 0.3, ("line", "product"): 0.75, ("line", "product", "name"): 0.6,
    },
    "description": {
        ("product", "name"): 0.7, ("product", "description"): 0.85, ("description",): 0.6, ("product",): 0.3,
        ("title",): 0.6, ("product", "title"): 0.8, ("line", "product", "name"): 0.7, ("order", "description"): 0.4,
    },
    "category": {
        ("category",): 0.7, ("product", "category"): 0.85, ("product", "kind"): 0.85, ("product", "line"): 0.4,
    },
    "country": {
        ("country",): 0.8, ("who", "country"): 0.75, ("other time", "country"): 0.5, ("order", "country"): 0.6,
        ("country", "id"): 0.6, ("country", "name"): 0.75, ("country", "place"): 0.75, ("created", "country"): 0.6,
        ("other time", "country", "id"): 0.4, (UNKNOWN, "country", "id"): 0.4, (UNKNOWN, "country"): 0.5,
    },
    "line_number": {("line", "id"): 0.8, ("line", "product", "id"): 0.5, ("order", "line", "id"): 0.8},
    "age": {("age",): 0.85, ("who", "age"): 0.85},
    "gender": {("gender",): 0.85, ("who", "gender"): 0.85},
    "location": {
        ("place",): 0.8, ("who", "place"): 0.8, ("other time", "place"): 0.5, ("order", "place"): 0.6,
        ("country",): 0.6, ("who", "country"): 0.6, (UNKNOWN, "place"): 0.4, ("country", "place"): 0.7,
    },
    "income": {
        ("income",): 0.85, ("yearly", "income"): 0.85, ("who", "income"): 0.85, ("income", "amount"): 0.6,
        ("who", "yearly", "income"): 0.8,
    },
    "preferred_channel": {("favourite", "channel"): 0.9, ("channel",): 0.6},
    "engagement_score": {("engagement", "rating"): 0.9, ("engagement",): 0.7},
    "signed_up_on": {
        ("signup", "time"): 0.85, ("who", "signup"): 0.85, ("who", "signup", "time"): 0.85, ("signup",): 0.6,
        ("who", "time"): 0.4, ("created", "time"): 0.65, ("who", "created", "time"): 0.75, ("created",): 0.5,
        ("who", "created"): 0.7,
    },
    "active": {
        ("active",): 0.85, ("active", "who"): 0.8, ("active", "status"): 0.7, ("status",): 0.5, ("who", "status"): 0.5,
    },
    "left_on": {
        ("left", "time"): 0.85, ("left",): 0.6, ("who", "left", "time"): 0.85, ("signup", "left", "time"): 0.7,
    },
}  # fmt: skip


def only_says(name: str, meant: str) -> bool:
    """Whether all of a name's words mean this, or nothing much."""
    return all(word & {meant, "only"} for word in meanings(name)) and speaks_of(name, meant)


def speaks_of(name: str, *meant: str) -> bool:
    """Whether one of a name's words has one of these meanings."""
    return any(word & set(meant) for word in meanings(name))
