"""Turns of phrase, short forms and small words in names of columns, and what they stand for."""

# What is short for several words, or a system's own name for them; written as words above.
ABBREVIATED = {
    "kunnr": "customer id", "vbeln": "order id", "posnr": "line no", "audat": "order date", "fkdat": "order date",
    "erdat": "created date", "matnr": "product id", "arktx": "product desc", "maktx": "product desc",
    "matkl": "product category", "kwmeng": "quantity", "fkimg": "quantity", "netpr": "unit price",
    "netwr": "line amount", "kdnr": "customer id", "ean": "product id", "gtin": "product id", "upc": "product id",
    "isbn": "product id", "barcode": "product id", "pu": "unit price", "ppu": "unit price", "plu": "product id",
    "lidnr": "member id", "orderlines": "line", "lineitem": "line product", "unitamount": "unit price",
    "artnr": "product id", "pvp": "unit price", "custno": "customer no", "cid": "customer id",
    "ep": "unit price", "vk": "price", "geb": "geburt", "transid": "transaction id", "belegfeld": "document no",
    "msisdn": "subscriber phone id", "imsi": "subscriber id", "iccid": "card id", "imei": "device id",
    "an8": "customer id", "doco": "order id", "litm": "product id", "lnid": "line no", "trdj": "order date",
    "ivd": "invoice date", "dsc": "product desc", "uorg": "quantity", "uprc": "unit price", "aexp": "line amount",
    "posn": "line no", "artn": "product id", "rgnr": "invoice no", "rgdt": "invoice date", "rag": "ragione",
    "lp": "line no", "mrn": "patient no", "cpt": "procedure code", "cnt": "count", "mcc": "category code",
    "gpartner": "customer id", "gpart": "customer id", "vkont": "account no", "budat": "posting date",
    "bldat": "document date", "orderaccount": "customer account", "invoiceaccount": "customer account",
    "belnr": "document no", "memberrating": "engagement rating",
    "hubspotscore": "engagement rating", "mvserial": "order id", "mvdatdoc": "order date", "mvcodcon": "customer id",
    "mvcodart": "product id", "mvcodice": "product id", "mvdesart": "product desc", "mvqtamov": "quantity",
    "mvprezzo": "unit price", "mvvalrig": "line amount", "cprownum": "line no", "faedn": "due date",
    "clpv": "customer", "cve": "id", "cant": "quantity",
    "custsupp": "customer id", "adrnr": "customer id", "adressnr": "customer id", "adressnummer": "customer id",
    "mpan": "customer id", "nhc": "patient id", "pdr": "customer id",
    "pdl": "customer id", "prm": "customer id", "ipp": "patient id", "nir": "customer id", "ffn": "member id",
    "ndc": "product id", "cip": "product id", "pzn": "product id",
    "mpn": "product id", "vkp": "unit price", "gwp": "amount", "rechnr": "invoice no", "renr": "invoice no",
    "pvttc": "unit price", "pvht": "unit price", "geschl": "geschlecht", "mtl": "monatlich", "vkmenge": "quantity",
    "schadennummer": "claim no", "schadennr": "claim no", "schadendatum": "claim date", "schadenbetrag": "claim amount",
    "codart": "product id", "desart": "product desc",
    "kunag": "customer id", "kunrg": "payer id", "kunwe": "recipient id",
}  # fmt: skip
# Turns of phrase, seen as a whole: how many of something, whose address, which line of an order.
WITH_OR_WITHOUT = (
    r"\b(?:incl?|excl?|ex|inkl|exkl|eks|ekskl|ohne|mit|sans|hors|avec|con|sin|senza|com|sem|bez|s|z|med|utan|uten|"
    r"uden|fara|cu) (?:vat|mwst|ust|tax|taxes|taxe|btw|tva|iva|gst|moms|mva|dph|alv|kdv|"
    r"impuestos?|impostos?|imposte|impots?|steuern?|belasting\w*)\b"
)
ASKED = (
    r"^(?:quel(?:le)?s? (?:est|sont)(?: le| la| les)?|what is your|wie (?:hoch ist|lautet|ist) ihr|was ist ihre?|"
    r"cual es (?:su|tu)|qual e (?:il|la)? ?(?:suo|sua|tuo|tua)|wat is (?:uw|je)|qual (?:e|a) (?:o |a )?(?:seu|sua))\b"
)
AGED = r"\b(?:how old are|quel age avez|wie alta? sind|que edad tiene|quanti anni ha|hoe oud bent)\b.*"
WHERE = r"\b(?:where |wo |ou |donde |dove |waar |(?:dans|in) (?:quel|quelle|which|welch\w+|que|quale|welke) )?"
LIVING = WHERE + r"(?:do you live|(?:habitez|vivez) vous|(?:wohnen|leben) sie|vive usted|abita|woont u)\b"
OF_A_PLACE = r"\b(?:ship(?:ping|ment)|billing|delivery)"
VISIT = (
    r"(?:visit|visita|visite|besuch|bezoek|purchase|order|compra|pedido|achat|commande|kauf|bestellung|acquisto|ordine|"
    r"aankoop|bestelling)"
)
SUMS = "(?:amount|bedrag|montant|importe|importo|betrag|valor)"
PHRASES = (
    (ASKED, " "),
    (AGED, " age "),
    (LIVING, " city "),
    (r"\bmw st\b", "mwst"),
    (r"\brendez vous\b", " rendezvous "),
    (r"\b(?:code postal|codigo postal|codice postale|postal code|zip code|post code)\b", " zip "),
    (r"\b(?:id|no|nr|numero) (?:de |del )?registro\b", " record id "),
    (r"\bind(?:icador)? (?:de )?actividad\b", " activo "),
    (r"\bcodice fiscale\b", " customer id "),
    (r"\bannual inc\b", " annual income "),
    (r"\bcn bio\b", " donor "),
    (r"\bcompany name\b", " customer name "),
    (rf"\b{SUMS} (?:au )?(?:credit|haber|avere|haben)\b|\bcredit (?:amount|bedrag)\b", " amount "),
    (r"\ba/c\b", " account no "),
    (r"\b(?:vat|ust|tva|btw|iva) ?(?:id|no|nr|number|reg|partita)\b|\bpartita iva\b|\bp iva\b", " customer id "),
    (r"\b(?:sold|bill|ship|billed|shipped) to\b", " customer "),
    (r"\b(?:chiffre d affaires|ca ht|ca ttc)\b", " amount "),
    (r"\b(?:(?:number|num|no|count) of|nombre (?:de(?! (?:la|las|los|el)\b)|d))\b(?! \w+ (?:id|no)\b)", " quantity "),
    (r"\b(?:n|no|nr|numero) (?:de|di|of) (?=\w+s\b)", " quantity "),
    (r"\b(?:from|de l|van) (?=(?:address |adresse )?e ?mail)", " customer "),
    (r"\be ?mail (?:addr|address|adresse|adres)\b|\b(?:adresse|indirizzo) (?:e ?mail|courriel)\b", " email "),
    (r"\bcorreo electronico\b|\bcorreio eletronico\b|\bcourrier electronique\b", " email "),
    (r"\b(?:order|sales order) (?:lines?|items?)\b", " line "),
    (r"\bline items?\b", " line product "),
    (r"\bsign(?:ed)? up\b", " signup "),
    (r"\bopt in\b", " signup "),
    (r" (?:vat|tax|mwst|ust|tva|iva|btw|gst) (?:incl|excl|inkl|exkl|in|ex)\b", " "),
    (r"\bf (?=alta|baja)", " fecha "),
    (r"\bnb (?:de )?(?=[a-z])", " quantity "),
    (r"\b(?:num|cnt|count) (?=[a-z]+s\b)", " quantity "),
    (WITH_OR_WITHOUT, " "),
    (r"\bbill(?:ing)? date\b", " order date "),
    (r"\bart (?=no\b|nr\b|nummer\b|num\b)", " product "),
    (r"\b(cod\w*|cat\w*|des[ci]\w*|ref\w*) art\b", r" \1 product "),
    (r"\bq ta\b", " quantity "),
    (r"\brag(?:ione)? sociale\b", " customer name "),
    (r"\bsold for\b", " unit price "),
    (r"\bdefault (?=address\b)", " "),
    (r"\b(?:items?|units?) sold\b|\bartikel verkauft\b", " quantity "),
    (r"\b(?:articles|unites|articulos|unidades|articoli|unita|artigos|itens) vend\w+", " quantity "),
    (r"\bverk(?:aufte|ochte) (?:artikel\w*|stuck|stuks|einheiten)\b", " quantity "),
    (OF_A_PLACE + r"(?: details?| address| info| contact)? (?=e ?mail|country|city|region)", " "),
    (r"\b(?:ordered by|invoice to|besteld door|bestellt von|commande par|pedido por|ordinato da)\b", " customer "),
    (r"\b(?:house|haus|huis) ?(?:no|nr|num|number|nummer)\b|\b(?:num\w*|no) civico\b|\bcivico\b", " street "),
    (r"\bsales (?=order|invoice|receipt|transaction|id\b|no\b|number)", " sale "),
    (r"\bfirst seen\b", " signup "),
    (rf"\b(?:first|primera?|premi(?:er|ere)|erste[rs]?|prima|primo|eerste) {VISIT}\b", " signup "),
    (r"\bcheck in\b", " begin time "),
    (r"\bcheck out\b", " end time "),
    (r"\btot(?:al)? partida\b", " line amount "),
    (r"\bnum par(?:tida)?\b", " line no "),
    (r"\bmoved? in\b", " signup "),
    (r"\bmoved? out\b", " left "),
)
# What links two words within a compound, and what says nothing.
LINKS = ("and", "und", "et", "am", "op", "per", "zum", "il", "el", "di", "s", "n", "en", "e", "de", "du", "des", "del",
         "della", "da", "do", "van", "der", "la", "le", "of")  # fmt: skip
FILLERS = ("em", "por", "aan", "bij", "voor", "pour", "par", "dans", "su", "ab", "zu", "als", "al", "na", "w", "votre",
           "vos", "your", "ihr", "ihre", "uw", "och", "og", "ve", "si")  # fmt: skip
