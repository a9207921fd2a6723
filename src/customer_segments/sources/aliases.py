"""The usual names of our columns, as businesses write them."""

# What businesses call our columns, as small letters and digits only; the more usual names first.
NAMES = {
    "customer_id": """customerid customerno customernumber custid custno clientid clientno userid memberid buyerid
        shopperid accountid contactid cardholderid householdkey kundennummer kundennr kundenid numeroclient idclient
        codeclient clienteid idcliente codigocliente codicecliente klantnummer klantid kundnummer""",
    "invoice_id": """invoiceid invoiceno invoicenumber invoice orderid orderno ordernumber order transactionid
        transactionno transaction receiptid receiptno receipt basketid billno ticketid salesorderid documentno
        rechnungsnummer rechnungsnr rechnungsid bestellnummer bestellnr belegnummer auftragsnummer numerofacture
        facture numerocommande commande numerofactura factura pedido numeropedido numerofattura fattura ordine
        factuurnummer""",
    "line_number": "linenumber lineno lineitem linenr positionsnummer position rownumber",
    "product": """productid productcode product stockcode sku itemid itemcode itemno item articleid articleno
        article artikelnummer artikelnr artikel produkt produktnummer produit referenceproduit producto
        codigoproducto prodotto codiceprodotto productname itemname asin""",
    "description": """description productdescription itemdescription productname itemname producttitle bezeichnung
        artikelbezeichnung beschreibung designation libelle descripcion descrizione omschrijving""",
    "category": """category productcategory categoryname itemcategory productgroup department producttype
        subcategory kategorie warengruppe produktgruppe categorie rayon categoria familia reparto""",
    "quantity": """quantity qty units unitssold numberofunits itemquantity orderquantity quantityordered pieces
        menge anzahl stueck stuck stuckzahl quantite qte cantidad unidades quantita aantal""",
    "unit_price": """unitprice price priceperunit itemprice productprice sellingprice salesprice listprice
        priceeach einzelpreis stueckpreis stuckpreis preis prixunitaire prix preciounitario precio prezzounitario
        prezzo prijs stuksprijs""",
    "amount": """amount lineamount linetotal totalamount totalprice salesamount salesvalue transactionamount netamount
        betrag gesamtbetrag umsatz gesamtpreis montant chiffredaffaires importe importo bedrag""",
    "ordered_at": """orderedat invoicedate invoicetime invoicedatetime orderdate orderdatetime ordertimestamp
        purchasedate purchasedat transactiondate transactiontime transactiondatetime saledate salesdate dateoforder
        dateofpurchase timestamp datetime date createdat created time day rechnungsdatum bestelldatum belegdatum
        kaufdatum datum zeitstempel datefacture datecommande dateachat fechafactura fechapedido fecha datafattura
        dataordine data factuurdatum orderdatum""",
    "country": "country countryname countrycode land pays pais paese",
    "age": "age ageyears customerage alter edad eta leeftijd",
    "gender": "gender genre sex geschlecht sexe sexo genero sesso geslacht",
    "location": "location region city state province area zone ort stadt standort ville ciudad citta regio bundesland",
    "income": """income annualincome yearlyincome householdincome customerincome salary einkommen jahreseinkommen
        revenuannuel ingreso ingresos reddito inkomen""",
    "preferred_channel": "preferredchannel channel saleschannel contactchannel kanal canal canale",
    "engagement_score": "engagementscore engagement",
    "follow_duration_months": "followdurationmonths followduration monthsfollowing",
    "signed_up_on": """signedupon signupdate registrationdate registeredon registered joindate joinedon joined
        subscriptionstartdate customeracquisitiondate acquisitiondate dtcustomer customersince startdate
        anmeldedatum registrierungsdatum dateinscription fecharegistro dataregistrazione""",
    "active": "active isactive activecustomer currentlyactive aktiv actif activo attivo",
    "left_on": """lefton customerexitdate exitdate churndate churnedon cancellationdate enddate subscriptionenddate
        kuendigungsdatum kundigungsdatum datedesabonnement""",
}
ALIASES = {ours: tuple(names.split()) for ours, names in NAMES.items()}
