"""Further words of columns' names, as shops, hotels, clubs, clinics, banks and offices of many countries write them."""

MORE = {
    "who": """bidragyder bidragsyder forsikringstager forsikringstaker forsakringstagare laner lanere lantaker lantagare
        rekvirent kopare koparens kjoper kober anschlussinhaber anschlussinhaberin einzahler badegast besitzer
        besitzerin tierbesitzer registrant registrants hirer bidder bieter deudor deudores debitore debitori
        debiteurs tomador tomadores suscriptor suscriptores asistente asistentes curiste curistes redevable
        souscripteur souscripteurs souscriptrice stagiaire stagiaires emetteur conduttore correntista
        correntisti noleggiatore ordinante ordenante ordenantes visitatore visitatori cessionario committente
        sottoconto gever gevers boeker hoofdboeker cursist cursisten kaarthouder pashouder lener leners
        ontvanger opdrachtgever polishouder verzekeringnemer verzekeringsnemer machtiginggever rekeninghouder
        consument consumenten kursant kursanci ubezpieczajacy zamawiajacy wlasciciel pracodawca nadawca
        zleceniodawca wplacajacy contribuinte cooperado cooperados passagerare deltagere deltakere deltaker
        besokare besoker besogende ostaja ostajan tilaaja tilaajan lahjoittaja henkilotunnus personenkonto
        huishoud locataires adherentes donneur licencies tesserati utenza utenze socia socios associato
        associati mitglieds genossenschaftsmitglied forderer foerdermitglied spendender kurgast hotelgast
        hotelgaste hirers golfer golfers skier camper alumnus alumni purchasers payor payors pledgers shoppers
        buyers consumers cardholders borrowers readers riders donnant acheteurs acheteuse compradores compradora
        acquirenti kopers kaufers kaufern bestellers bestallare ledamot gavogivare stodmedlem medlemmer
        medlemmar brukare booker bookers passager personennummer""",
    "id": "nbre numeral kennzahl referentienummer nrs progressivo volgnummer foljenummer lopenummer",
    "order": """fakturering fakturerings facturation fatturazione facturering auftr rechn gutschrifts arbeitsauftrag
        werkstattauftrag vertriebsbeleg fall schadens schade siniestro siniestros sinistre sinistres sinistro
        sinistri szkody szkoda skade kwitantie kwitanties kasbon kasbonnen afspraak afspraken oproep uitleen
        verhuur opdracht opdrachten winkelmandje winkelmand winkelwagen donatie donaties schenking schenkingen
        giften gifts quittance quittances prelevement prelevements reglement reglements passage passages panier
        paniers appel appels appelle gesprekken anruf anrufe llamada llamadas chiamata chiamate bel warenkorb
        warenkorbe carrello carrelli appuntamento appuntamenti pratica pratiche quietanza quietanze commessa
        commesse noleggio noleggi bolletta bollette viaje carrito carritos cesta doacao doacoes cupom cupons
        bilety biletu biletow operacji operacje recepty recept recepta sprawy sprawa platnosci darowizna
        darowizny przejazdu przejazdy zamowieniu billett billetter biljett biljetter gava gavo gavor gave gaver
        arende saks sak sags sag transaksjon transaksjons skada circulation circulations docket itinerary
        itineraries redemption redemptions refill refills rx cdr kassenbons buchungssatz abrechnung abrechnungs
        mietvorgang vermietung ladevorgang ladevorgange laadsessie laadsessies lahjoitus ostotapahtuma laskutus
        boekingen verkooporder verkooporders verkoopfactuur verkoopfacturen consultations seances ordini
        ordonnances emprunts lancamento lancamentos bestallningar bestilte kvitteringer resa reise biglietti
        behandlings betaal termine""",
    "time": "dzien dnia datas dagen tage dates tijdstempel horodatage ajankohta aikaleima tidsstempel tidpunkt dag",
    "created": """submitted submission submissions bestilt bestilte bogforings bokforings bokfort bogfort udlans utlans
        utlanings udlanings ausgeliehen geliehen entliehen geleend ingevoerd invoer creazione creada creados
        creations zamowiono kupiono wystawiono zaksiegowano ksiegowania oplacono prenotato prenotata acquistato
        acquistata reservado reservada reserviert gereserveerd geboekte gebuchte gefactureerde commandee vendue
        vendus vendues vendidos vendidas venduti vendute venduta verkaufte verkaufter verkochte sprzedana
        sprzedane solgt solgte salgt bestellte bestellter ordinato ordinati incassato boekdatum inclusao""",
    "other time": """envio dostawy aflever afleverings bezorg bezorgd geleverd geliefert geliefertes livre livree livres
        livrees premier premiere premiers premieres primi prime primeira primeiro pierwszy pierwsza pierwsze
        pierwszego pierwszej forsta forste erster erstes ersten eerster endret endrede andret uppdaterad sendt
        afsendt expedited dispatch dispatched despatch despatched promised expected przewidywana realizacji
        ostatniego entregado entregada entrega entregas entregue consegnato consegna consegne dostarczono storno
        stornierung annulation annulering annulerings annullamento anulacion anulowania anulacji cancelacion
        zwrocone scaduto perempcion peremption houdbaarheids prossimi retours retournering retourneringen
        inlever aanlever gewenste gewenst souhaitee souhaite prevista previsto prevue prevu rentedatum storniert
        stornierte annule annulee annules annulees anulado anulada annullato annullata geannuleerd anulowano
        anulowane avbokad avbruten""",
    "signup": """joining abonniert affiliation affiliazione filiacao filiation emmenagement ammissione admissao
        toetreding toetredings intrede activatie activaties aktiverings aktivering aktywacji aktywacja activado
        activada activee geactiveerd geregistreerd registrado registrada registrerad registreret freischaltung
        freigeschaltet incorporacion matriculacion immatrikulation immatrikulations immatrikuliert
        immatricolazione immatriculacao zawarcia zalozenia otwarcia otwarto otwarty tilmeldt tilmelding
        tilmeldings tilmeldelse anmald anmalan anmalnings innmeldings pameldt pamelding entrato aderito
        vertragsabschluss inception stipula stipulazione contratacion contratacao souscription souscrit
        souscrite sottoscrizione sottoscritto suscripcion suscrito decorrenza efecto vigencia aansluit
        aansluiting aansluitings allaccio allacciamento ersterfassung neukunde lieferbeginn versicherungsbeginn
        eroffnet geopend abierta abierto aberta aberto aperta aperto ouvert ouverte opening openings apertura
        ouverture eroffnung eroffnungs eroffnungen abertura wstapienia przystapil dolaczyl dolaczono zapisano
        zarejestrowana indskrivning inskrivning inskrivnings inskriven tesserata onboard einzugs enrollments
        registrations inschrijvingen aanmeldingen ingreso inscrite inscrites abonnee liittymisaika liittynyt
        attivato attivata""",
    "left": """lapsed lapse lapses unsub unsubs optout withdrawn discontinued discontinue dropped leaving cloture
        cloturee clotures ferme fermee fermes demission demissionne desaffiliation desinscription desinscrit
        desinscrite resiliee resilies resiliations cessation cessations abmeldung abmeldungen kundigungstermin
        auszugs ausscheiden stilllegung exmatrikulation exmatrikulations exmatrikuliert abbestellt abbestellung
        geschlossen gesloten chiuso chiusa cerrada cerrado cierre zamkniecia zamkniety zamknieto wypowiedzenia
        wypowiedzenie wypowiedziano wypisania wyrejestrowania odejscia odejscie rozwiazania rozwiazanie
        rezygnacja dezaktywacji desistencia rescisao rescision rescindido renuncia desuscripcion desconexion
        terminacion terminado terminated terminations dimesso dimissioni dimissione risolto risoluzione
        abbandono disaffiliazione cancellazione cancellato cancellata annullamento annulation anulacion
        annulering uittreding uittredings uitgetreden afgemeld afmeldings beeindigd beeindiging beeindigings
        uitschrijf uitschrijvings stopzetting stopzettings gestopt gestoppt opsagt opsigelse opsigelses oppsagt
        oppsigelse oppsigelses avmeldt avmelding avmeldings avsluttet avslutnings avregistrerad avregistrering
        avregistrerings avanmald utskriven udskrevet utskrevet afmeldt ophor ophors encerrado encerrada
        sluitings opzeggings kundigungen kuendigungen cancelled canceled baixa desativado desativacao
        desfiliacao desafiliacion bajas ukonceno""",
    "active": """subscribed abonniert aktivkennzeichen vigente vigentes aktywna aktywne aktivoitu attiva ativa activa
        actieve aktive aktives aktiver actives""",
    "quantity": """absatz absatzmenge exemplare exemplaren ejemplares exemplaires esemplari copie packungen verpakkingen
        confezioni opakowan opakowania opakowanie paczek paczki boites scatole cajas kisten kartons dozen
        raciones porzioni portionen porties portions servings pernoctaciones pernoctacion natter netter naetter
        nocleg noclegi noclegow nocy noites noite pernoites diarias liczba hoeveelheid hoeveelheden kvantitet
        mangd maengde mengde lukumaara enheter enheder einheiten eenheden forbrug forbruk forbrukning conso
        consumi consumos kulutus qta qtta qtda ctd ctdad pz nbre gallons garrafas butelek bottiglia pecas kpl
        lektionen lessen sedute seduta absatzmengen verkaufsmenge liefermenge""",
    "unit": "einheits einheit eenheid eenheids unitaires unitarios unitari horaire",
    "price": """px pris priser prisen styckpris stykkpris enhetspris enhedspris apris ahinta utpris forsaljningspris
        salgspris billettpris billetpris biljettpris timpris timepris verkoopprijs verkoopprijzen zimmerpreis
        kamerprijs tagespreis nachtpreis ubernachtungspreis stundensatz uurtarief dagtarief lesprijs cursusprijs
        stawka stawki sellprice grundpreis consumentenprijs kappalehinta brutoprijs tarifs tarifas tariffe
        tarieven literpreis literprijs yksikkohinta dagprijs dagprijzen eintrittspreis eintrittspreise
        entreeprijs""",
    "amount": """prima primas dues canone canoni aportacion aportaciones honorarios honorarium honorari onorari parcella
        compenso compensi indemnizacion indemnite indemnites mensualite mensualites valeur valeurs waarde
        waarden orderwaarde vaerdi vardi verdi razem ogolem obroty utarg doado doada contribuicao contribuicoes
        intakter belop kopbelopp kobsbelob kopesumma kjopesum insats inzet som somma speso besteding bestedingen
        uitgekeerd uitkering uitkeringen schenking ontvangst ontvangsten reissom reispreis reisepreis liquidato
        liquidata liquidado corrispettivo corrispettivi incassata beitragshohe beitragshoehe schadenhohe
        schadenhoehe spendenhohe endpreis endsumme eindbedrag eindtotaal wetteinsatz zuschlagspreis auflade
        aufladebetrag jahresbeitrag jahrespramie mitgliedsbeitrag monatsbeitrag jaarpremie maandbedrag
        maandpremie jaarbedrag lidmaatschapsgeld abonnementsgeld termijnbedrag medlemsavgift kontingent skladki
        skladek venduto laczna laczny kokonaissumma liikevaihto rivisumma gefactureerd warenkorbwert importancia
        montante montantes valore valori hodnoty declaratiebedrag opwaardeerbedrag fatturati lahjoitus donado
        donados forsaljning omzetbedrag logisumsatz cotisations""",
    "level": "brut bruts brute lordi lorda brutta nettos liquido liquida",
    "other money": """gst iss igic irpf ecotaxe postage porto wareneinsatz rohertrag einkaufspreis inkoopprijs saldi
        deuda debito waardebon waardebonnen exento exenta exentos exempt""",
    "birth": "nato nata nacido nacida geboren fodt nascido nascida urodzony urodzona",
    "paid": """betaal bezahlt betaald paye payes payee pagato pagado gezahlt reglement reglements prelevement
        prelevements incasso incassi""",
    "reference": """referens referenser kenmerk betaalkenmerk betalingskenmerk referenties referenze referencje
        zahlungsreferenz lieferschein lieferscheins pakbon pakbons leverbon bolla bolle ddt foljesedel
        folgeseddel weegbon protocollo consignment consignments devis offerte offertes preventivo preventivi
        presupuesto presupuestos expediente expedientes""",
    "phone": "mobilnummer telefonnummer telefoonnummer handynummer rufnummer",
    "product": """treatment treatments streepjescode strichcode streckkod strekkode stregkode gencod gencode mercancia
        mercancias mercaderia mercadoria mercadorias marchandise marchandises merci goederen boek boeken libro
        libros libri ksiazki livros livres bok bog buecher bucher pelicula peliculas geneesmiddel geneesmiddelen
        farmaco farmaci medicamento medicamentos medikament medikamente medicament medicaments lek leku taller
        talleres asignatura asignaturas excursion excursiones excursions circuito circuitos circuit circuits
        pacchetto pacchetti pakiet pakiety forfait forfaits formule formules abonnementsvorm offre offres aanbod
        show shows forestilling forestillinger forestallningar evenement evenementen evenements evento eventi
        eventos wydarzenie wydarzenia spektakl spektakle onderdeel onderdelen bundle bundles acte actes acto
        actos platillo platillos pietanza pietanze piatti prato pratos danie dania speise speisen gerechten
        logement logements hebergement hebergements alojamiento alloggio alloggi accommodatie accommodation
        unterkunft listing listings formation formations szkolenie szkolenia cursus cursussen kursus kursu kursy
        kurssi kurssit kurse katalogowy katalog artykul artykulu artykuly insumo insumos varu consumptie
        consumpties manifestation manifestations manifestazione ouvrage ouvrages cepage arrangement
        arrangementen hoito artikli lagerartikel leistungsart behandlungsart accommodaties veranstaltungs
        behandel prestatie prestaties exemplaire""",
    "name": "cognome cognomi nazwy navnet namnet",
    "title": "tytul tytulu tittel otsikko naslov",
    "description": """glosa testo testi texto textos oggetto objet tresc intitule intitules betegnelse betegnelser
        benennung benaming beschrijving beschrijvingen descritivo descritivos kurzbezeichnung langtext kurztext
        particulars narrative posteringstekst comunicacion comunicaciones comunicazione communicatie
        kommunikation kommunikations komunikacji comunicacao productbeschrijving regeltekst desig bezeichnungen
        descriptif descriptifs""",
    "category": """sortiment sortiments assortiment assortiments asortyment asortymentu assortimento assortment gamme
        gammes gama gamas gamma rubro rubros genere generi genero generos merceologia merceologie seccao secao
        sekcja sekcji especialidad especialidades especialidade specialita specialisme specialite specialty
        speciality fachrichtung disciplina discipline disziplin rama commodity commodities gattung gattungen
        osasto collectie collezione collezioni coleccion colecao collections podkategoria podkategorie
        sottocategoria sottocategorie underkategori underkategorier sottogruppo sottofamiglia subgrupo subgroep
        sousgroupe huvudgrupp hoofdgroep hoofdcategorie hovedgruppe hovedkategori hauptkategorie
        evenementcategorie productlijn productfamilie produktlinie produktfamilie produktsparte produktbereich
        wgr wg cat subcat hierarchy dzial dzialu rodzina comparto comparti tuoteluokka erlosgruppe umsatzgruppe
        omzetgroep varekategori varugrupper thematique univers range""",
    "kind": "tipologia tipologie typologie rodzaj rodzaju nature clase clases sorter tipos types arten",
    "country": """nationality nationalities nationalitat nationalitaet nationalite nacionalidad nacionalidade
        nazionalita nationaliteit nationalitet narodowosc obywatelstwo cittadinanza citizenship ciudadania
        staatsangehorigkeit kansalaisuus kansallisuus kraju landeskurzel landerkurzel landername laenderkurzel
        landerkennzeichen laenderkennzeichen landerschlussel landkod landskod landekode landnaam nazioni paises
        woonland wohnland""",
    "line": """posizione posizioni positie posities wiersz wiersza linii radnummer orderrad orderrader fakturarad
        ordrelinjer belegzeile belegposition bonregel""",
    "age": "lebensalter leeftijden",
    "gender": """salutation salutations anrede anredecode anredeschlussel anr civilite civilites civ aanhef
        aanspreektitel tilltal tiltale genre genero genere geslachtscode""",
    "place": """canton cantons kanton kantone borough parish distrito distritos distretto ayuntamiento alcaldia
        freguesia freguesias regiao agglomeration domicile circoscrizione buurt buurten deelgemeente
        woongemeente woonregio woonplaatsen gmina gminy powiat powiatu bosted hemort bostadsort heimatort
        landskap landsdel postdistrikt gebiet gebiete ccaa bopael maakunta miejscowosci miasta wohngemeinde
        wohnregion comarca localita""",
    "income": """salaire salaires stipendio stipendi retribuzione retribuciones retribucion remuneration wynagrodzenie
        wynagrodzenia isee dochody dochodu manadslon arslon arsinkomst hushallsinkomst arsindkomst
        husstandsindkomst arsinntekt huishoudinkomen gezinsinkomen verzamelinkomen monatseinkommen maandinkomen
        rendimentos incomes verdienst palkka""",
    "yearly": """annuale annuelle annuels annuelles monats mensuels mensuelle mensuales roczny roczna roczne miesieczny
        miesieczna familial familiare familiar""",
    "channel": """kommunikationskanal kommunikationskanalen kommunikationsweg ansprachekanal kontaktkanal kontaktweg
        kontaktart kontaktvag kontaktsatt kontaktform kontaktwege contactwijze contactkanaal communicatiekanaal
        benaderwijze channels kanale canaux canales canali""",
    "favourite": """preference preferences praferenz praeferenz preferenties preferente preferentes preferenziale
        preferee privilegie privilegiee favori favorito favorita gewenst gewenste lieblings lievelings
        preferencje preferencja preferuje foredraget onskar""",
    "engagement": """compromiso coinvolgimento betrokkenheid betrokkenheids beteiligungsgrad aktivitatsindex
        aktivitatsscore aktivitatsgrad envolvimento engagements interaktionsindex""",
    "rating": """indice indices niveau nivel niveles livello livelli stufe stufen grad punteggio punteggi puntuaciones
        poziom""",
    "aspect": """pers stunde salarie motif cashdesk kassen str listino listini specialista specialist specialisten
        mengeneinheit verkoopeenheid verkaufseinheit verpackungseinheit masseinheit basiseinheit basiseenheid
        verpakkingseenheid prijseenheid preiseinheit divisa divisas comensales coperti couverts covers presenze""",
    "address": "adr adresy indirizzi",
    "begin": "decorrenza efecto vigencia poczatku",
    "end": "scadenze fines eindigt",
    "email": "epostadress epostadresse mailadres mailadresse emailadres",
    "contract": """polis polissen membresia membresias suscripcion suscripciones tenancy tegninger umowe medlemskap
        medlemskab""",
    "only": """inc exc exkl escl inclus inclusa incluso inclusi esclusa escluso esclusi comprise compris incluido
        incluida excluido ivato ivati ivata lade laad generale general gesamte gesamter est esta czy
        actuellement fra""",
    "dues": """cuota cuotas quota quote prime primes prima primas premio premium premiums premie pramie praemie beitrag
        beitrage beitraege cotisation cotisations contributie contributo canone canoni kontingent skladka
        skladki mensualite""",
}  # fmt: skip
# Too short to be looked for within others.
SHORT = """adr anr appel bel bog bok boek cat cdr civ ctd ddt est esta czy exc exkl escl inc gama gave gava gst igic
    irpf iss isee lek dzial porto px pz qta rama range resa rx sag sak show shows som speso somma merci wgr
    wg acte acto actes actos cepage offre offres formule valore brut nrs deuda saldi gebiet pers conso nbre
    optout lapse unsub primi prime prima primas lordi lahjoitus dues dozen copie grad stufe nivel niveau
    indice tipos fines lessen sedute pecas kpl testo texto tresc oggetto objet nature clase str dag fra"""
FURTHER_ALONE = tuple(SHORT.split())
