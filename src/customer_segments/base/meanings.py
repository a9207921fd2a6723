"""What a column's name is about, whatever its cells hold: a person's own matters, outcomes, codes, years.

Marital status counts as sensitive, as the law of several countries has it; the number of children does not.
"""

import re
import unicodedata
from collections.abc import Mapping

# Words of names, in small letters without accents: English, German, French, Spanish, Italian, Dutch.
SENSITIVE_WORDS: Mapping[str, str] = {
    "date of birth": """birth birthday birthdate birthyear born dob yob geburt geburts geburtstag geburtsdatum
        geburtsjahr jahrgang naissance nacimiento nascita geboorte geboortedatum geboortejaar""",
    "age": "senior elderly retired retiree pensioner rentner rentnerin retraite jubilado pensionato gepensioneerd",
    "sex": "gender sex sexe sexo sesso geschlecht geslacht male female maennlich weiblich",
    "salutation": "salutation anrede civilite tratamiento aanhef aanspreking",
    "religion": "religion religione religie konfession confession confesion kirche kirchensteuer faith godsdienst",
    "nationality": """nationality nationalitat nationalitaet nationalite nacionalidad nazionalita nationaliteit
        citizenship staatsangehorigkeit staatsangehoerigkeit staatsburgerschaft ciudadania cittadinanza citoyennete""",
    "postcode": "postcode zip zipcode postal plz postleitzahl postalcode",
    "health": """health disease diagnosis diagnose diagnostic illness smoker smoking raucher fumeur fumador fumatore
        bmi gesundheit krankheit krankheiten krankenkasse sante maladie salud enfermedad salute malattia gezondheid
        ziekte diabetes diabetic hypertension medical pregnant pregnancy schwanger""",
    "disability": """disability disabilities disabled handicap handicape behinderung schwerbehindert invalide
        discapacidad disabilita invalidite""",
    "ethnicity": "ethnicity ethnic race ethnie etnia etnicidad hautfarbe afkomst",
    "marital status": "marital married spouse familienstand verheiratet matrimonial",
    "belief": "political politics gewerkschaft union_member sexual orientation",
}
AGES = "age alter edad eta leeftijd"
OF_A_PERSON = "customer client member person user kunde kunden klant cliente holder buyer"
ABOUT_AGE = "group band range bracket class category years year yrs in gruppe jahre jahren ans anos anni jaar at last"
SEVERAL_WORDS = ("etat civil", "estado civil", "stato civile", "burgerlijke staat", "codigo postal", "code postal")
# What cells say whatever the column is called.
SENSITIVE_CELLS: Mapping[str, str] = {
    "sex": """male female m f w man woman mann frau maennlich männlich weiblich homme femme hombre mujer uomo
        donna vrouw masculino femenino maschio femmina masculin féminin feminin divers
        non-binary mannelijk vrouwelijk""",
    "salutation": """mr mrs ms miss mr. mrs. ms. dr dr. herr frau m. mme mlle sr sra sr. sra. sig sig.ra dhr mevr dhr.
        mw.""",
    "marital status": """single married divorced widowed separated ledig verheiratet geschieden verwitwet célibataire
        marié mariée divorcé divorcée veuf veuve soltero soltera casado casada divorciado divorciada viudo viuda celibe
        nubile coniugato coniugata sposato sposata ongehuwd gehuwd gescheiden""",
}
UNSAID = {"unknown", "other", "unbekannt", "divers", "n/a", "na", "none", "-", "?", "prefer not to say"}

MONEY_OR_COUNT = """spend spent spending amount mnt sales revenue qty quantity orders purchases num count total umsatz
    visits share balance cost price"""
SURELY_OUTCOMES = """churn churned attrition exited abwanderung kundigung kuendigung resiliation baja disdetta
    opzegging"""
PERHAPS_OUTCOMES = """response responded deposit target label outcome converted conversion default subscribed fraud
    cancelled canceled left clicked purchased bought y gekuendigt gekundigt abgewandert resilie opgezegd"""
PLACES = """country countries region regions state province county city town land bundesland ort stadt staat pays ville
    pais provincia ciudad paese regione citta provincie stad geography territory"""
CODES = "id ids code codes key uuid guid sku ean nr kode codigo codice kennung nummer rownumber"
YEARS = "year jahr annee ano anno jaar yob jahrgang geburtsjahr geboortejaar birthyear"
FIRST_YEAR, LAST_YEAR = 1850, 2150


def words_of(name: str) -> list[str]:
    """The words of a column's name, in small letters without accents."""
    plain = "".join(s for s in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(s))
    return re.findall(r"[a-z]+", plain)


def speaks_of(name: str, listed: str) -> bool:
    """Whether one of a name's words is among those listed."""
    return not set(words_of(name)).isdisjoint(listed.split())


def sensitive(name: str) -> str | None:
    """What sensitive matter a name speaks of, if any."""
    told = words_of(name)
    if _is_age(told):
        return "age"
    if any(turn in " ".join(told) for turn in SEVERAL_WORDS):
        return "postcode" if {"postal"} & set(told) else "marital status"
    for matter, listed in SENSITIVE_WORDS.items():
        if speaks_of(name, listed) and not (matter == "health" and speaks_of(name, MONEY_OR_COUNT)):
            return matter
    return None


def tells_birth(name: str) -> bool:
    """Whether a column of this name tells when a person was born."""
    return speaks_of(name, SENSITIVE_WORDS["date of birth"])


def names_code(name: str) -> bool:
    """Whether whole numbers under this name stand for something rather than count it."""
    told = words_of(name)
    return bool(told) and told[-1] in CODES.split()


def is_written_plain(name: str, *values: float) -> bool:
    """Whether numbers of a column so named stand for something, and so are written without separators."""
    return is_year(name, *values) or names_code(name) or sensitive(name) == "postcode"


def is_year(name: str, *values: float) -> bool:
    """Whether these values of a column so named are years of the calendar."""
    told = words_of(name)
    named = speaks_of(name, YEARS) or any(word.endswith("jahr") for word in told)
    return named and all(FIRST_YEAR <= value <= LAST_YEAR for value in values)


def _is_age(told: list[str]) -> bool:
    beside = {*OF_A_PERSON.split(), *ABOUT_AGE.split(), *AGES.split()}
    return bool(set(told) & set(AGES.split())) and set(told) <= beside
