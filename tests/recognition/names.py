"""Names of people, places and goods in the languages of the corpus."""

_FIRST = {
    "en": "Mary John Linda Omar Grace Peter Aisha Tom Helen Ravi Susan Kofi Emma George",
    "de": "Anna Jürgen Sabine Uwe Käthe Lukas Heike Mehmet Greta Horst Jana Björn Petra",
    "fr": "Chloé Jean Amélie Luc Fatou Hugo Zoé Benoît Inès Paul Manon Karim Élise",
    "es": "Lucía José Carmen Íñigo Marta Pablo Begoña Raúl Elena Andrés Noa Javier Rocío",
    "it": "Giulia Marco Chiara Luca Sofia Paolo Elisa Matteo Nicolò Irene Aldo Marta",
    "nl": "Sanne Daan Femke Bram Lotte Joost Fleur Sven Iris Ruben Anouk Pieter",
    "pt": "Ana João Beatriz Tiago Inês Rui Catarina Paulo Sônia Diogo Marta Luís",
    "pl": "Zofia Jan Agnieszka Paweł Łucja Marek Ewa Tomasz Hanna Krzysztof Olga Piotr",
}
_LAST = {
    "en": "Smith Jones Okafor Brown Patel Wilson Clarke Evans Hughes Ward Khan",
    "de": "Müller Schmidt Weiß Fischer Yilmaz Becker Schäfer Koch Wolf Jäger Krüger",
    "fr": "Martin Bernard Lefèvre Diallo Moreau Girard Faure Roux Noël Perrin Gauthier",
    "es": "García López Núñez Martín Ruiz Peña Torres Vidal Ibáñez Castro Ortega",
    "it": "Rossi Ferrari Bianchi Esposito Conti Greco Marino Bruno Gallo Fontana Rizzo",
    "nl": "Jansen Visser Bakker Smit Mulder Bos Vos Peters Dekker Kok Brouwer",
    "pt": "Silva Santos Ferreira Pereira Costa Araújo Lopes Melo Rocha Nunes Gomes",
    "pl": "Nowak Kowalski Wójcik Zieliński Mazur Król Dudek Wróbel Pawlak Górski Baran",
}
_FIRM = {"en": "Ltd", "de": "GmbH", "fr": "SARL", "es": "S.L.", "it": "S.r.l.", "nl": "B.V.", "pt": "Lda", "pl": "Sp. z o.o."}  # fmt: skip
_STREET = {"en": "{n} High Street", "de": "Lindenweg {n}", "fr": "{n}, rue des Écoles", "es": "Calle Mayor, {n}",
           "it": "Via Garibaldi, {n}", "nl": "Kerkstraat {n}", "pt": "Rua das Flores, {n}", "pl": "ul. Polna {n}"}  # fmt: skip
PLACES = {
    "en": [("London", "SW1A 1AA", "United Kingdom", "GB"), ("Austin", "78701", "United States", "US"),
           ("Leeds", "LS1 4DY", "United Kingdom", "GB"), ("Boston", "02108", "United States", "US"),
           ("Dublin", "D02 X285", "Ireland", "IE"), ("Toronto", "M5H 2N2", "Canada", "CA")],
    "de": [("Köln", "50667", "Deutschland", "DE"), ("Leipzig", "04109", "Deutschland", "DE"),
           ("Wien", "1010", "Österreich", "AT"), ("Zürich", "8001", "Schweiz", "CH")],
    "fr": [("Lyon", "69001", "France", "FR"), ("Nîmes", "30000", "France", "FR"), ("Liège", "4000", "Belgique", "BE")],
    "es": [("Madrid", "28013", "España", "ES"), ("Cádiz", "11001", "España", "ES"), ("Bogotá", "110111", "Colombia", "CO")],
    "it": [("Torino", "10121", "Italia", "IT"), ("Forlì", "47121", "Italia", "IT"), ("Lugano", "6900", "Svizzera", "CH")],
    "nl": [("Utrecht", "3511 AB", "Nederland", "NL"), ("Delft", "2611 CD", "Nederland", "NL"), ("Gent", "9000", "België", "BE")],
    "pt": [("São Paulo", "01310-100", "Brasil", "BR"), ("Lisboa", "1100-148", "Portugal", "PT"), ("Natal", "59010-000", "Brasil", "BR")],
    "pl": [("Kraków", "31-042", "Polska", "PL"), ("Łódź", "90-001", "Polska", "PL"), ("Gdańsk", "80-831", "Polska", "PL")],
}  # fmt: skip
_GOODS = {
    "en": "Linen shirt;Oak shelf;Green tea 100 g;Wool blanket, grey;Desk lamp;Candle set;Garden shears;Notebook A5",
    "de": "Leinenhemd;Regal Eiche;Grüntee 100 g;Wolldecke, grau;Tischlampe;Kerzen, 6 Stück;Gartenschere;Notizbuch A5",
    "fr": "Chemise en lin;Étagère chêne;Thé vert 100 g;Plaid laine, gris;Lampe de bureau;Bougies;Sécateur;Carnet A5",
    "es": "Camisa de lino;Estantería;Té verde 100 g;Manta de lana, gris;Lámpara;Velas;Tijeras de podar;Cuaderno A5",
    "it": "Camicia di lino;Scaffale;Tè verde 100 g;Coperta di lana, grigia;Lampada;Candele;Cesoie;Quaderno A5",
    "nl": "Linnen overhemd;Plank eiken;Groene thee 100 g;Wollen deken, grijs;Bureaulamp;Kaarsen;Snoeischaar;Schrift A5",
    "pt": "Camisa de linho;Estante;Chá verde 100 g;Manta de lã, cinza;Luminária;Velas;Tesoura de poda;Caderno A5",
    "pl": "Koszula lniana;Półka dębowa;Zielona herbata 100 g;Koc wełniany;Lampka;Świece;Sekator;Zeszyt A5",
}
_KINDS = {
    "en": "Clothing;Home;Food;Garden;Office", "de": "Kleidung;Wohnen;Lebensmittel;Garten;Büro",
    "fr": "Mode;Maison;Épicerie;Jardin;Bureau", "es": "Ropa;Hogar;Alimentación;Jardín;Oficina",
    "it": "Abbigliamento;Casa;Alimentari;Giardino;Ufficio", "nl": "Kleding;Wonen;Eten;Tuin;Kantoor",
    "pt": "Roupas;Casa;Alimentos;Jardim;Escritório", "pl": "Odzież;Dom;Żywność;Ogród;Biuro",
}  # fmt: skip
PRODUCTS = {lang: goods.split(";") for lang, goods in _GOODS.items()}
CATEGORIES = {lang: kinds.split(";") for lang, kinds in _KINDS.items()}


def names(lang: str, number: int) -> tuple[str, str, str, str]:
    """A person's first and last name, company and street."""
    first, last = _FIRST[lang].split(), _LAST[lang].split()
    surname = last[number * 7 % len(last)]
    street = _STREET[lang].format(n=3 + number * 5 % 97)
    return first[number % len(first)], surname, f"{surname} {_FIRM[lang]}", street
