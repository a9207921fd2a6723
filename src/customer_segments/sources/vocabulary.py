"""The words that names of columns are made of, by what they mean."""

# Words by what they mean, as small letters only; compounds ("Kundennummer", "orderdate") are taken apart.
MEANINGS = {
    "who": """adh zahlungspflichtiger zahlungspflichtige
        mittente remitente expediteur absender afzender verzender receptor
        persoon pessoa persona osoba ico ic dic cuit nip nif dni cif cnpj cpf rut rfc pesel nip siret siren kvk
        bsn consumer payer debtor insured traveller traveler rider player learner pupil resident kontrahent nabywca
        individual lead customer customers cust client clients kunde kunden kundin klant klanten cliente clientes
        clienti kund kunder kd klient klienta klienci member members membership mitglied mitglieder household
        households hshd haushalt account accounts acct konto user users usuario utente utenti benutzer nutzer
        gebruiker
        utilisateur subscriber subscribers abonnent abonnenten abonne abonado abonnee patient patients patienten
        paciente student students schueler schuler estudiante alumno studente eleve etudiant buyer shopper acheteur
        kaeufer kaufer comprador compratore koper purchaser cardholder guest gast donor donors spender donateur
        donante passenger passagier debitor debitoren debiteur socio soci membre adherent lid leden policyholder
        versicherungsnehmer borrower leser visitor besucher visiteur visitante tenant mieter contact kontakt contacto
        contatto person party supporter profile assinante aluno paziente constituent holder policyholders payee
        sponsor
        attendee participant participants applicant respondent caller viewer listener renter lessee collector fan
        athlete citizen taxpayer beneficiary soldto billto shipto teilnehmer teilnehmerin versicherter versicherte
        besteller empfaenger empfanger rechnungsempfaenger auftraggeber mandant studierende patientin gaeste kundinnen
        mieterin leserin foerderer assure titulaire beneficiaire destinataire acquereur locataire lecteur voyageur
        usager societaire donatrice foyer foyers participante membres titular asegurado beneficiario miembro miembros
        afiliado huesped viajero lector hogar inquilino arrendatario destinatario intestatario assicurato iscritto
        iscritti tesserato ospite ospiti acquirente contraente lettore viaggiatore relatie relaties afnemer verzekerde
        deelnemer deelnemers huurder lezer reiziger gezin huishouden leerling bezoeker begunstigde segurado associado
        hospede leitor membro doador odbiorca platnik uzytkownik czlonek pacjent uczen gosc najemca ubezpieczony
        gospodarstwo czytelnik pasazer kupujacy abonent organization organisation org firma azienda ditta societe
        entreprise empresa bedrijf dealer retailer reseller pt stammkunde stammkunden stammkundin kupujacego nabywcy
        leerlingen eater diner teilnehmende kontakte kontaktperson uczestnik requester requesters payeur payeurs
        payeuse pagador pagatore pagante betaler calling cli subs hh investor shareholder voter backer gamer spieler
        spielerin joueur jugador giocatore jogador gracz speler spenderin donatore donatori darczynca donateurs
        inhaber
        kontoinhaber anwender anwenderin candidate trainee zahlungspflichtiger titulares cardmember flyer zahlende
        zahlender abonnees studentin nominativo tercero terceros tiers patron patrons pledger vn gp geschaftspartner
        geschaeftspartner aderente aderenti adherents adherente cotisant licencie reviewer kauferin kaeuferin
        bestellerin spenderinnen klienten guests gaste huespedes clientela visitors passengers passagiers passagers
        pasajero pasajeros passeggero passeggeri passageiro tenants mandanten assicurati assures asegurados
        verzekerden
        mieterinnen bewoner bewohner abonados abbonati assinantes odbiorcy zakaznik zakaznika odberatel odberatele
        vasarlo asiakas asiakkaan kundes learners etudiants estudiantes studenti alumnos alunos leerlinge uczniowie
        pacientes pazienti patientes lectores lecteurs lettori lezers leitores ordernde auftraggeberin begunstigter
        organisatie organisaties organisasjon organizacion organizacja organizzazione organizacao aux auxiliaire
        rekening nutzerin teilnehmender akteur tegenrekening
        tegenpartij gegenkonto counterparty contrepartie contropartita contraparte patronage family halter tierhalter
        famille cuenta cta subcuenta subcta compte
        propietario proprietario proprietaire eigenaar eigentumer""",
    "id": """record id ids no nr num nmbr number nummer numero nro numer nbr code key kennung kennziffer identifier
        identificador identifiant ref reference referenz uuid guid uid codigo codice cod kod nummers matricola
        matricule leid hash identity identyfikator klucz chave clave cle chiave sleutel kenn matrikel matrikelnummer
        ident identificativo identificatie matricula cislo kennnummer numeros numeri codigos codici cd cde""",
    "card": """cc card karte carte carta tarjeta cartao kaart loyalty tessera pas passe ausweis legitymacja karty
        karta
        kundenkarte fidelite fidelidad fidelidade fedelta treue treuekarte bonuskarte ladekarte klantenpas
        klantenkaart
        tessere kort badge carne carnet kundenkarten vip""",
    "order": """consecutivo
        trx cart bag paragonu paragon sprzedazy sprzedaz appointment appt treatment behandel consult rental ride lesson
        attendance stay commandes order orders ordered invoice invoices transaction transactions trans txn receipt
        basket bill ticket sale sales bestellung bestell bestel bestelling rechnung rechnungs beleg auftrag auftrags
        facture factura facturacion fattura factuur commande pedido ordine ordre bon document doc belegs booking
        reservation buchung buchungs reserva reservering charge payment zahlung paiement pago pagamento betaling vente
        venta vendita verkauf checkout donation gift scontrino zamowienia zamowienie faktura faktury inv ord loan call
        visit visite trip session encounter admission read reading swipe login event pickup claim deal opportunity
        subscription prescription rezept receta ricetta ordonnance operation operacion operazione movimiento movimento
        mouvement mutatie boeking bewegung vorgang transaktion transaktions transaktionen transaccion transazione
        transactie transacao transakcja albaran remito boleta nota comprobante recibo recu ricevuta quittung kassenbon
        kassabon bonnetje zlecenie rachunek dokument zakup wizyta rezerwacja encomenda fatura venda besuch termin cita
        visita bezoek rendezvous rdv aufenthalt sejour estancia soggiorno verblijf prenotazione reservierung
        reservierungs buchungen quote job tx txid commandenr bezahlung einkauf einkaufs stays trips visits swipes
        zamowien fact rg consultation consulta journey flight ausleihe verleih emprunt prestito prestamo uitlening
        wypozyczenia wypozyczenie reparatur repair vendas pedidos encomendas rachunku rezerwacji wizyty pledge zam
        incident case confirmation confirmacion bestatigung bestaetigung conferma confirmacao ablese ablesung ausleih
        sesion seance sitzung sessione sessao sessie donated nf nfe sesja contribution contributions dossier trajet
        trajets viaggio corsa reis fahrt viagem przejazd localizador locator pnr folio werkbon werkorder scontrini
        fatture fatt facturas recibos facturen bestellungen rechnungen belege auftraege auftrage paragony acces acceso
        accesos accessi objednavka objednavky doklad dokladu bestilling bestallning dossiers transacciones transazioni
        transacoes transacties transakcje vouchers voucher boletos bilhete billete billet biglietto bilet fahrschein
        reservas prenotazioni reservations reserveringen rezerwacje zlecenia operazioni visitas bezoeken besuche
        gesprek polaczenie versements ingresso ingressi ecriture ecritures renr einfahrt einfahrten ricarica ricariche
        recharge recharges topup aufladung aufladungen recarga recargas opwaardering falle faktur viajes viaggi ritten
        fahrten rit ritte boekstuk boekstukken
        piece donazione donazioni donacion donaciones""",
    "time": """date datum data fecha time timestamp datetime zeit zeitpunkt zeitstempel heure hora ora at on tijd day
        tag jour dia giorno dat dt godzina czas moment momento tijdstip uhr uhrzeit heures quando wann cuando wanneer
        kiedy ts tstamp epoch stamp godz giorni uur dte dtm fch fec cas dataora""",
    "created": """create sold created creation erstellt angelegt cree creado creato placed posting posted processed
        purchase purchased kauf kaufs achat compra acquisto aankoop zakupu occurred added emissao emision emission
        emissione expedicion expedition ausgestellt issued issue booked gebucht taken opgenomen wystawienia geboekt
        reserve inserito inserita inserted entered erfasst erfassung erfassungs anlage anlege saisi saisie registrado
        criado criada criacao aangemaakt inserimento caricamento aanmaak utworzenia utworzono dodano dodania crea
        ajoute anadido aggiunto
        toegevoegd enregistre donated ausstellung ausstellungs erstellungs bestellt gekauft verkauft vendu vendido
        venduto verkocht sprzedano zlozenia zlozono effectue effectuee effettuato effettuata emise emis emitida
        emitido
        emesso emessa realizado realizada efectuado uitgevoerd ausgefuhrt eseguito eseguita executed performed besteld
        gekocht comprado comprato achete passee placee gefactureerd""",
    "other time": """billing bill sell arrival departure ship shipped shipping versand liefer lieferung delivery
        delivered livraison due faellig falligkeits vencimiento birth geburts geburt naissance nacimiento nascita
        geboorte nascimento expiry expires expiration updated modified changed cancelled canceled refunded returned
        start end last first ultima ultimo primera primer dernier derniere letzte erste laatste eerste estimated
        approved fulfilled carrier valid until limit hire contract renewal closed opened required return discharge
        abreise depart salida partenza vertrek ende fin einde recorded scheduled requested reported printed exported
        downloaded bijwerken bijgewerkt update aktualizacji modyfikacji rueckgabe ruckgabe retour scadenza terugkomst
        zwrotu verval echeance echeances splatnost splatno forfald forfalds modificato modifica modificacion modif
        gewijzigd wijziging geandert geaendert aenderung anderung anderungs alteracao versandt verschickt expediee
        expedie enviado spedito spedizione verzonden verzending verzend wysylki wysylka wysylania seen capture
        captured
        settled wertstellung warenausgang caducidad validade gultig gueltig valable validez geldig wazny waznosci
        proxima proximo prossima prossimo prochaine prochain nachste nachster naechste naechster volgende next
        previous
        letzter letztes letzten laatst dernieres derniers ultimi ultime ultimos ultimas senaste sidste posledni
        ostatnia ostatni ostatnie ostatniej zuruck zurueck retournee devuelto devolucion reso restituito zwrot
        zwrocono
        actualizado actualizacion aggiornato aggiornamento misajour atualizado atualizacao zakonczono zrealizowano""",
    "signup": """activation activated aktivierung adhesion rejestracji vanaf opened open admission signup signed
        joined
        join registered registration register subscription subscribed subscribe optin inscription inscripcion inscrit
        iscrizione alta anmelde anmeldung registrierung registrierungs registro registrazione inschrijf inschrijving
        since seit depuis desde dal sinds acquisition eintritts beitritts aanmeld cadastro enrolled enrollment confirm
        aufnahme ingeschreven eingetragen beigetreten aangemeld przystapienia dolaczenia inscriptions beitritt
        eintritt
        matricula inscricao inscrito rejestracja zapisu zapis enrolment enrol onboarded onboarding aktiviert
        activacion
        attivazione afiliacion tesseramento cadastrado cadastrada sedan install installed installiert adesione
        aanmelding enrolls angemeldet iscritta inscrita inscrits inscritos zarejestrowano utworzony assinou
        assinatura aderiu entree""",
    "left": """cancelamento rezygnacji sortie close closed cancelacion resignation exit churn churned cancellation
        kuendigung kuendigungs kundigung kundigungs baja resiliation desabonnement disdetta opzeg opzegging austritts
        abmelde left leave termination unsubscribed opgezegd gekuendigt gekundigt ausgetreten austritt resilie
        cancelado deact deactivation deactivated disattivazione desactivacion desactivation resigned ausgeschieden
        exited uitgeschreven uitschrijving abgemeldet wystapienia desligamento saida uscita cessazione recesso afmeld
        afmelding
        royement royementen geroyeerd deaktiviert deaktivierung desactive disattivato desactivado gedeactiveerd
        disiscrizione
        disiscritto offboarded cancel cancels unsubscribe opzegdatum kundigt kuendigt beendet radiation radie desligado
        encerramento discharged fermeture chiusura schliessung sluiting""",
    "active": "aktywny active aktiv actif activo attivo actief ativo",
    "quantity": """sztuk ordered_units quantity qty units pieces menge anzahl stueck stuck stuckzahl quantite qte
        cantidad unidades uds quantita aantal stuks ilosc quantidade nights naechte nachte nuits noches notti nachten
        seats copies packs boxes bottles flaschen bouteilles botellas bottiglie flessen pcs stk mge anz szt pezzi
        piezas qtd qtde qnt hours stunden btl verbrauch consumption consumo consommation verbruik zuzycie usage unita
        unite unites kusu mnozstvi pocet stycken bultos ilosci sztuki qtt nuitees pernottamenti""",
    "unit": """unit einzel unitaire unitario unitaria stuk stuck stueck each per stueckpreis jednostkowa sztuke sztuka
        styk unidad unidade jednostka jednostki""",
    "price": """price prices preis prix precio prezzo prijs preco cena prc tarief pr rate rates tarif tarifa tariffa
        taryfa prezzi precios prijzen ceny preise""",
    "amount": """kwota imponible wert spesa depense depenses amount amounts amt total totals sum value revenue
        turnover
        betrag umsatz summe gesamt montant importe importo totale bedrag spend spent paid wartosc valor monto subtotal
        totaal omzet proceeds charged charge fare billed gasto grand extended ext dollars euros sales premium premiums
        praemie pramie prime premio premie skladka honorar honoraires onorario cuota quota contribution contributo
        beitrag beitrage beitraege cotisation contributie spende don donativo donazione takings einnahmen einnahme
        erloes erlos recette recettes incasso ricavo ricavi opbrengst receita faturamento przychod obrot facturado
        fatturato gezahlt bezahlt bezahlter paye payes pagado pagato betaald zaplacono zahlbetrag endbetrag
        rechnungsbetrag gesamtsumme gesamtpreis totalpreis zeilensumme positionswert nettowert bruttowert warenwert
        gmv
        wager stake einsatz mise consideration ertrag umsatze umsaetze ventes vendite verkoop verkopen lordo bruto
        neto
        wrt encaisse encaissement versement verse naleznosc zaplaty zaplata suma mensalidade incassato incassi
        zuwendung zuwendungen celkem kwoty montants importi importes bedragen betraege cobrado cobro recaudado
        recaudacion ventas incassobedrag wplacono wplata wplaty imponibile versato recaudo ontvangen gastado gastos
        entgelt entgelte fahrpreis ritprijs debit vergoeding bedraege""",
    "level": "net gross netto brutto bruto neto bruta neta nette nets netta netti nettes",
    "fee": "fee fees gebuehr gebuhr gebuhren gebuehren",
    "other money": """tax taxes vat mwst steuer tva iva btw discount rabatt remise descuento sconto korting shipping
        freight versand profit margin balance saldo outstanding tip tender commission lifetime duties compare refund
        refunds refunded credit limit restbetrag rest handling coupon dto descuentos remises rabatte znizka rabat
        sconti toeslag rabais openstaand openstaande offen offener pendiente residuo restant reste restante
        commissione
        comision commissie provision comissao prowizja prowizji trinkgeld propina mancia fooi pourboire gorjeta
        napiwek
        frete impuesto impuestos imposto impostos imposta imposte impot belasting podatek podatku dph gewinn
        bruttogewinn beneficio lucro utile winst zysk marge margen margine margem marza kaution deposit anzahlung
        acompte anticipo aanbetaling zaliczka wechselkurs exchange erstattet erstattung rembourse remboursement
        reembolso rimborso terugbetaald fracht envio verzendkosten dostawy spedizioni livraisons zustell abzug
        rabatten
        kortingen tips gratuity surcharge chargeback payout retained""",
    "before": "original regular undiscounted",
    "birth": """birth birthday birthdate dob born geburt geburts geburtstag geb gebdat naissance nacimiento nascita
        nascimento nasc geboorte geboortedatum urodzenia urodziny nac nacim urodz""",
    "paid": "paid payment paiement pago pagamento betaling zahlung platnosci payed bezahlung",
    "reference": "ref reference referenz referencia riferimento rif referentie referencja referencias",
    "phone": """phone telefon telefono telephone telefone tel mobile mobil handy cellulare celular telemovel telefoon
        mobiel gsm komorka cell portable telefonnr movil""",
    "product": """prod towar merchandise sku product products item items article articles artikel produkt
        produkte produktu
        produit producto prodotto produto articulo articolo stockcode asin material menu ware waren leistung
        behandlung
        prestation prestacion prestazione servicio servizio dienst service dish gericht plat plato piatto gerecht
        drink
        course kurs cours curso corso game oferty oferta track tracks song album film movie book buch livre livro
        ksiazka activity activite activiteit attivita actividad atividade aktivitaet aktivitat zajecia usluga uslugi
        zabieg workshop seminar procedure procedura procedimiento procedimento verrichting behandeling trattamento
        tratamiento tratamento traitement soin towaru towarow towary towarowa towarowy towarow medien medium exemplar
        vin wine vino wein vinho wijn varianten zbozi polozka prestations leistungen behandlungen productos prodotti
        produits produtos producten artikels articulos articoli materiale materialien barcodes referenza merce
        dienstleistung dienstleistungen skus spectacle repertoire
        prufung prufungs pruefung pruefungs exam exams examen esame esami exame tentamen examination""",
    "name": "name names nom nombre nome naam nazwa surname nm nme",
    "title": "title titel titre titulo titolo headline",
    "description": """communication communications mitteilung mitteilungen mededelingen comunicazioni
        bez memo label description desc descr descrip details beschreibung descripcion descrizione text bezeichnung
        libelle
        designation omschrijving opis descricao designacao concepto lib denominacion denominazione designacion popis
        nazev libelles conceptos verwendungszweck causale betreff""",
    "category": """category categories kategorie categorie categoria kategoria familia famille family department dept
        rayon reparto warengruppe gruppe groupe grupo gruppo groep klasse aisle collection event rubrik rubrique
        rubrica sparte abteilung genre warengr productgroup subclass subcategory subfamily sezione seccion section
        ramo
        sector settore wgrp grp afdeling departamento subfamilia sousfamille hauptgruppe untergruppe grupa grupy
        bereich kategorien gruppi grupos categorias categorien familles familias rayons merceologico merc kategorii
        oddelenie fachbereich subcategoria souscategorie aisles unterkategorie oberkategorie produktkategorie""",
    "kind": "type typ class group tipo soort sorte kategorieart",
    "purpose": """campaign campagne campagna
        kampagne campana project projekt projet proyecto progetto pipeline embudo funnel purpose zweck spendenzweck
        scopo""",
    "country": "nation nazione panstwo country land pays pais paese kraj lkz laendercode landcode",
    "line": "line lines position pos zeile ligne linea regel riga pozycja pozycje renglon",
    "age": "age alter edad eta leeftijd idade wiek anos alters",
    "gender": "gender sex sexe sexo sesso geschlecht geslacht plec pohlavi sexes",
    "place": """wojewodztwo cidade kommune city town state region province provincia provincie ort stadt ville ciudad
        citta ciudade wohnort woonplaats geography location locality miasto bundesland comune gemeinde municipio
        municipality municipalite plaats localidad poblacion concelho miejscowosc standort suburb county pob prov
        bairro barrio quartier quartiere dzielnica wijk stadtteil bezirk district arrondissement territory commune
        communes obec mesto kommun ciudades localidade concelhos ortschaft ortsteil frazione uf prefecture
        municipalidad departement residenza residencia wohnsitz domicilio""",
    "income": """dochod income salary einkommen revenu ingreso ingresos reddito inkomen gehalt sueldo salaris salario
        renda ink earnings wage renta rendimento zarobki inkomst inkomens""",
    "yearly": """fiscal fiscale annuel anuales anuais mensal monthly monatlich mensuel mensile mensual maandelijks
        net annual yearly
        annuo anual jahres jaar estimated household""",
    "channel": "channel kanal canal canale kanaal",
    "favourite": """preferred preferido prefere preferito bevorzugter bevorzugt favourite favorite voorkeurs
        voorkeur preferowany preferowana ulubiony ulubiona vorzug preferencia preferenza wunsch""",
    "engagement": "engagement",
    "rating": """rating score segment level tier rank index risk bewertung puntuacion valutazione beoordeling
        avaliacao
        ocena reviews""",
    "aspect": """colli colis parcels packages pakete destination destino destinazione bestemming
        salesperson salesman salesrep rep owner cashier operator manager assignee driver vehicle area zip
        postcode plz street phone telefon tel language currency satisfaction visits frequency recency length company
        vendor website method mode tags tag note notes flag year month hour week gateway source medium agent staff
        employee seller store filiale warehouse branch user_agent zone recipient mitarbeiter mitarbeiterin verkaeufer
        verkaufer vendeur vendedor venditore verkoper medewerker vendedora kassierer caissier cajero cassiere
        sprzedawca therapist therapeut doctor arzt medecin medico arts dentist stylist trainer coach terminal register
        kasse caisse caja cassa kassa browser os ip host url page referrer utm team shift schicht tisch room zimmer
        habitacion chambre camera kamer size groesse color colour farbe couleur called callee submitter assigned
        llamado chiamato gebeld count conducente fahrer chauffeur kierowca autista motorista plate plates kennzeichen
        kenteken immatriculation
        persons personen personnes personas persone pessoas osoby pax adults adultes erwachsene children kinder
        enfants
        postal postleitzahl pin instructor lehrer coiffeur behandler camarero cameriere bedienung serveur
        kellner waiter server commesso commercial betreuer berater asesor conseiller consulente adviseur vermittler
        responsable responsible praticien monteur technicien tecnico technician torno gate mesa tavolo tafel saule
        saeule station magasin negozio tienda boutique winkel sklep shop laden deposito lager almacen magazzino
        entrepot magazijn magazyn clerk employe empleado dipendente werknemer merchant supplier lieferant lieferanten
        fournisseur proveedor fornitore leverancier dostawca brand marke marque marca merk platform plattform
        plataforma sprache langue idioma lingua taal wahrung waehrung devise moneda moeda valuta waluta mena wochentag
        weekday quarter qtr quartal dauer duree duration durata duracion duur minutes minuten percent percentage
        prozent taux tasso satz herkunft origine origen origem bron zrodlo transporteur spediteur tracking signature
        signatur checksum comment comments kommentar commentaire comentario opmerking bemerkung osservazioni reason
        grund motivo raison nutzerkonto manufacturer hersteller fabricant fabricante produttore fabrikant producent
        model modell modele modelo modello weight gewicht poids peso waga volume distance distancia distanza afstand
        entfernung points stars sterne etoiles estrellas sessions clicks opens logins""",
    "address": "address adresse addresse adres direccion indirizzo endereco anschrift addr",
    "begin": """start started begin beginn begins beginning inicio inizio debut anfang aanvang commencement effective
        debuts rozpoczecia poczatek ingangs ingang aanvangs starts startet commence ouverture apertura eroffnung
        eroeffnung effet""",
    "end": """end ended ende ends fim einde ablauf expiry expires expiration scadenza fin fine konca zakonczenia
        koniec
        eind tot bis jusqu hasta fino laufzeitende einddatum""",
    "email": "email mail emailadresse courriel correo emails mails eposti elektronische",
    "status": """status situacao stato estado statut etat zustand stan situacion situation stav tilstand estados stati
        statusname""",
    "contract": """contract vertrag vertrags contrat contrato contratto polizza police policy poliza abo abonnement
        abonnements abos subscription mitgliedschaft lease membership lidmaatschap abbonamento abonament abonamentu
        mitgliedschafts contractuel mandate mandat mandato machtiging agreement vertraege contrats contratos contratti
        contracten umowa umowy""",
    "device": "device anonymous cookie",
    "cost": "cost costs kosten",
    "currency": """eur usd gbp chf czk pln sek dkk nok ars brl mxn cad aud inr jpy huf ron euro euros dollar dollars
        zl
        kc""",
    "post": """zip plz postcode postcodes postal postleitzahl kodpocztowy psc cap postnummer postnr""",
    "only": """entity home sub app sys cum ttc ht eur usd gbp chf inkl incl excl inclusive exclusive including net
        gross
        netto brutto unique main own internal external primary our global the distinct is has from to lfd mw purchased
        base currently utc stamm technical iso iso2 modify do not ever full vollstandig vollstaendig complet completo
        complete display mostrar kwh kg litre litres liter""",
}
# Too short to be looked for within others.
SHORT = """adh prod
    ink ic ico dic is to on at has our mw as don tx os ip fin org fan ts job url utm cita pt ep kon kop adi
    yas fis
    uye verse pr pin pax sale vn gp kort vip pnr fatt po dte dtm fch fec cas emis seen next reso eind tot bis fino
        kusu
    ks qt qtt styk ceny fooi dph zysk tips good skus lib merc obec stat anos gate mesa shop merk taal mena qtr duur
    taux satz bron peso waga stav eur usd gbp chf czk pln sek dkk nok ars brl mxn cad aud inr jpy huf ron euro zl kc
    aux cd cde nm nme renr fall bids bid lot lots uf zip plz psc cap
    il cum mt afa alv bez cep cim dan den dne eks ero ft gun ido ika kar kdv kob lan lei lkm lon maa mva nev obs pvm
    rad sor vek"""
ALONE = tuple(SHORT.split())
