"""Further turns of phrase in names of columns, seen before the others: prices per night, how one is written to, ..."""

FIRST = (
    r"(?:first|primera?|primeira|prim[oa]|premi(?:er|ere)|er|ere|re|erste[rs]?|eerste|forst[ae]|pierwsz\w+) "
    r"(?:donation|gift|don|spende|donacion|donazione|doacao|gave|gava|donatie|stay|sejour|aufenthalt|estancia|"
    r"soggiorno|verblijf|contacto?|kontakt|contatto|kop\w*|kjop\w*|kob\w*|zakup\w*|zamowieni\w+|wizyt\w*|inscription|inscripcion|iscrizione|adhesion|"
    r"compra|achat|commande|besok|visite|visita)\b"
)
COUNTED = (
    r"(?:items|units|pieces|nights|tickets|seats|articles|unites|billets|places|nuits|nuitees|seances|heures|"
    r"jours|bouteilles|boites|entrees|exemplaires|articulos|unidades|piezas|entradas|boletos|noches|plazas|sesiones|"
    r"horas|dias|envases|botellas|articoli|pezzi|biglietti|notti|posti|sedute|ore|giorni|confezioni|bottiglie|"
    r"lezioni|copie|unita|itens|noites|ingressos|garrafas|dni)\b"
)
TIMES_ORDERED = (
    r"(?:orders|purchases|visits|donations|gifts|commandes|achats|visites|dons|pedidos|compras|visitas|donaciones|"
    r"ordini|acquisti|donazioni|bestellungen|kaufe|kaeufe|einkaufe|besuche|spenden|bestellingen|aankopen|bezoeken|"
    r"zamowien|zakupow|passages|afspraken|appuntamenti|citas)\b"
)
HOW_MANY = r"(?:no|n|nr|nb|nbre|num|numero|number|n o|nombre|anzahl|anz|aantal|liczba|ilosc)(?: of| de| di| d)?"
ONE_OF_THEM = (
    r"(?:room|night|nightly|day|daily|hour|hourly|seat|ticket|chambre|nuit|heure|jour|place|billet|"
    r"personne|habitacion|noche|hora|dia|persona|entrada|camera|notte|ora|giorno|biglietto|kamer|nacht|uur|dag|persoon|"
    r"kaart|zimmer|stunde|person|noite|pessoa|noc|godzine|osobe|natt)"
)
PRICED = r"(?:price|rate|prix|tarif|precio|tarifa|prezzo|tariffa|prijs|tarief|preis|preco|cena|pris)"
EACH = r"(?:(?:per|por|pro|par|a|za|je|la|de|l|del|della|al|all|da|di|do|pr|p) )*"
OF_A_TICKET = r"(?:ticket|billet|boleto|billete|biglietto|bilhete|ingresso|bilet\w*|biljett?|billett?)"
A_KIND = r"(?:type|tipo|tipologia|typ|rodzaj|soort|art)"
TO_PEOPLE = r"(?:contact|contacto|contatto|contato|kontakt\w*|comuni\w+|communi\w+|kommuni\w+|komunik\w+)"
WAY = r"(?:mode|moyen|medio|mezzo|modalita|forma|via|sposob|wijze|metodo|meio|canale?|kanal|method|channel)"
KINDS_OF_WHO = r"(?:client\w*|soci[oa]|membro|abbonat[oa]|donat\w+|associat[oa]|tesserat[oa])"
TAXES = r"(?:vat|mwst|ust|tax|tva|iva|btw|gst|moms|mva|alv)"
PIECES = r"(?:quantity|qty|menge|qte|quantite|cantidad|cant|aantal|quantita|qta|ilosc)"
BACK = r"(?:returns?|returned|refunded|cancell?ed|retour\w*|devuelt\w+|zwrocon\w+)"
PEOPLE = r"(?:personen|personnes|personas|persone|pessoas|osob|pers|people|guests|gaste|gasten|pax)\b"
BOUGHT = (
    r"(?:comprad[oa]|reservad[oa]|achete|reserve|acquistat[oa]|prenotat[oa]|purchased|bought|booked|reserved|gebucht|"
    r"gekauft|reserviert|gekocht|geboekt|gereserveerd)"
)
ENTERED = (
    r"(?:saisie?|cree|inserit[oa]|creat[oa]|cread[oa]|criad[oa]|registrad[oa]|emitid[oa]|modificad[oa]|vendid[oa]|vendu|"
    r"vendut[oa])"
)
ON_A_DAY = ("le", "il", "el", "am", "op", "em", "den", "dnia")  # which end a name, as in `Erstellt am`
FURTHER_PHRASES = (
    (r"\bk wh\b", "kwh"),
    (r"\bno shows?\b", " frequency "),
    (r"^nb$", " quantity "),
    (r"\bpart (?=no\b|nr\b|num\b|number\b|description\b)", " product "),
    (r"^w gr$", " category "),
    (r"\btop up\b", " topup "),
    (r"\be post(?:adress\w*)?\b", " email "),
    (r"^(?:er|ist|ar|es|est|is|czy) (?=akti|acti|atti|ativ)", " "),
    (rf"\b{BOUGHT} (?:by|por|par|da|von|door|durch)\b", " customer "),
    (r"\bpunto (?:di|de) (?:fornitura|suministro)\b", " customer id "),
    (r"\b(?:codigo|code|codice|cod|kod) (?:de |di |a |da )*(?:barras?|barres?|kreskowy)\b", " product id "),
    (rf"\b{TAXES} (?:belo\w+|amount|betrag|bedrag|montant|importe|importo|valor)\b", " tax "),
    (rf"\b{HOW_MANY} {PEOPLE}", " pax "),
    (r"\btermin platnosci\b", " due date "),
    (r"^em aberto$", " outstanding "),
    (r"\b(date|debut|fin) de location\b", r" \1 rental "),
    (r"\broom nights?\b|\b(?:item|unit|ticket)s? count\b", " quantity "),
    (r"\brecu fiscal\b", " recu "),
    (r"\bincrement id\b", " order id "),
    (r"\b(?:n|no|nr|numer) (?:wz|bl)\b", " document no "),
    (r"^(?:[mh] [fwv](?: [dx])?|[fwvk] m|h m|herr frau|dhr mevr|sr sra)$", " gender "),
    (r"^c f$|\bcod(?:ice)? fiscale\b", " customer id "),
    (r"^p n$|\bstock (?:code|no|id|number)\b", " product id "),
    (r"^ht$|^ttc$|^(?:brut|net) (?:ht|ttc)$|\broom revenue\b|\bhammer price\b", " amount "),
    (r"\b(?:prix|precio|prezzo|preco|cena|prijs|pris|px|pr) (?:d |de |di |da )?(?:achat|compra|acquisto|zakupu)\b",
     " cost "),
    (r"\b(?:fecha|f|date|data) (?:de |di )?(?:valor|valeur|valuta)\b|\bvalue date\b", " due date "),
    (rf"\b{FIRST}", " customer begin "),
    (r"\berst(?:kauf|bestell(?:ung)?|besuch|kontakt|spenden?|aufenthalt|buchung|anmeldung)s?(?=datum\b|\b)",
     " customer begin "),
    (rf"\b{BACK} {PIECES}\b|\b{PIECES} {BACK}\b", " refunded "),
    (rf"\b{HOW_MANY} {TIMES_ORDERED}", " frequency "),
    (rf"\b{HOW_MANY} {COUNTED}", " quantity "),
    (r"\b(?:tickets?|seats|copies|bottles|billets|entradas|boletos|plazas|biglietti|copie|colli|kaarten|karten|flaschen|"
     r"kg|pezzi|pieces|stuk|stuks) (?:sold|vend\w+|verkauft|verkocht|purchased|bought|booked)\b", " quantity "),
    (r"\bgeladene? kwh\b|\bkwh (?:used|charged|delivered|consumed|geladen)\b", " quantity "),
    (r"\b(?:unita|unidade?|unite) (?:di |de )?(?:misura|medida|mesure|vente|venda|venta)\b|\bjednostka miary\b",
     " weight "),
    (rf"\b{PRICED} {EACH}{ONE_OF_THEM}\b|\btaux horaire\b", " unit price "),
    (rf"\b(?:{ONE_OF_THEM}|class|course|lesson) {PRICED}\b", " unit price "),
    (r"\bsales? price\b|\bsell(?:ing)? price\b|\bp v p\b|\bp u\b|\bp venta\b|\bpv (?=ht\b|ttc\b)", " unit price "),
    (r"\bp (?=unit)", " price "),
    (r"\b(?:precio|prezzo|preco|prijs|prix) (?:bruto|lordo|brutto)\b", " gross price "),
    (rf"\b{WAY} (?:de |di |du |van |of |voor )?{TO_PEOPLE}\b", " channel "),
    (rf"\b{TO_PEOPLE} (?:channel|kanal\w*|kanaal|method|by|mode)\b", " channel "),
    (rf"\bpreferen\w+ (?:de |di |van )?{TO_PEOPLE}\b|\b(?:{TO_PEOPLE}|marketing) preferences?\b",
     " favourite channel "),
    (rf"\b{OF_A_TICKET} ?{A_KIND}\b|\b{A_KIND} (?:de |di )?{OF_A_TICKET}\b", " product "),
    (r"\bline items? (?=id\b|no\b|nr\b|num\w*\b|number\b)", " line "),
    (r"\bline of business\b", " category "),
    (r"\b(?:level|lvl) (?=category\b)|(?<=category) (?:level|lvl)\b", " "),
    (r"\b(?:short|long|kurze?|lange?|korte|court|breve|corta|larga|full) (?=desc|bez|text|oms|libell|besch)", " "),
    (r"\b(libelle|descr\w*|opis) (?:court|long|simplifie|corta|larga|estesa|breve|curta)\b", r" \1 "),
    (r"\b(?:lieu|lugar|luogo|miejsce|place|area|zona) (?:de |di |of )?(?:residen[cz]\w*|zamieszkania)\b", " city "),
    (r"\b(?:zona|zone) geogra\w+|\bcomunidad autonoma\b|\bentidade? federativa\b", " region "),
    (r"\bestado (?=provincia\b|uf\b)", " "),
    (r"\bbusiness partner\b|\bdonneur d ordre\b", " customer "),
    (r"\b(?:raz(?:on|ao)|raison) sociale?\b|\bnombre fiscal\b", " customer name "),
    (r"\b(?:n|n o|no|nr|num|numero) (?:de )?historia\b(?: clinica)?|\bhistoria clinica\b", " patient id "),
    (r"(?:\b(?:n|no|numero) )?\bcartella clinica\b", " patient id "),
    (r"\b(?:merchant|psp|acquirer) ref\w*|\bdoc entry\b|\b(?:order|cart|checkout|basket) (?:token|sk)\b", " order id "),
    (r"(?<=[a-z]{3}) sk$", " id "),
    (r"\borde[nm] de (?:compra|trabajo|servicos?|servicio)\b|\bwork order\b|\bbon de livraison\b", " order "),
    (r"^r (?=nr$)|\b(?:re|best|res|so|ab|ta|ls) (?=nr\b|no\b)|\b(?:re|best) (?=dat\w*\b|betrag\b|menge\b)", " order "),
    (r"\b(fecha|num|no|importe|total|base) (?:de )?fra\b", r" \1 factura "),
    (r"^f (?=pedido|factura|venta|albaran|compra|operacion|emision|documento|pago)", " fecha "),
    (r"\bmarca de tiempo\b", " timestamp "),
    (r"\bfecha (?:de )?ingreso\b", " signup date "),
    (r"\blid geworden\b|\bopted in\b|\biscritt[oa] (?:il|dal?)$", " signup "),
    (r"\bopt(?:ed)? out\b", " left "),
    (rf"\b{KINDS_OF_WHO} da$|\b(?:klient\w*|czlonek|medlem|kunde?) (?:od|fran|fra|ab)$", " customer since "),
    (r"\b(?:medlem|kunde?|mitglied|lid|klant|socio|cliente|client|membre|adherent) (?:till?|bis|tot|hasta)$",
     " customer end "),
    (r"\bliv(?:re|ree|res|rees) le\b", " delivered date "),
    (rf"\b{ENTERED} (?:par|da|por)\b", " staff "),
    (r"\btot (?=fatt\w*|doc\w*|gen\w*|riga|ordine|nett\w*|lord\w*|imp\w*|factura|venta|linea)", " total "),
    (r"\bimp (?=nett?o|total\w*|brut\w*|lordo|linea|riga)", " amount "),
    (r"\bservice charge\b", " surcharge "),
    (r"\b(?:voucher|gutschein) code\b", " coupon "),
    (r"\bactivity (?:score|index|level)\b|\bscore d activite\b|\bpunteggio attivita\b", " engagement rating "),
    (r"\b(?:activ[aeo]|aktiv|actif) (?:flag|ind\w*|yn)\b|\b(?:flag|ind\w*) active\b", " active "),
    (r"\bage (?:in )?years?\b|\balter in jahren\b|\bleeftijd in jaren\b", " age "),
    (rf" {TAXES} (?:inc|inclus\w*|esclus\w*|escl|inbegrepen|comprise?|incluid\w|excluid\w)\b", " "),
    (rf"\b(?:inc|exc|exkl|inklusive|exklusive|inclusive|exclusive|compris) (?:de )?{TAXES}\b", " "),
)  # fmt: skip
