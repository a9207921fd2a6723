"""What columns are taken for by what their cells tell, where their names do not."""

import datetime as dt

import pytest

from customer_segments.base.contract import TABLES
from customer_segments.sources import columns, dependence, doubts, figures, looks, naming, which_table

ROWS = 60
WHO = [f"K{number % 14}" for number in range(ROWS)]
DAYS = [str(dt.date(2023, 1, 1) + dt.timedelta(days=3 * number)) for number in range(ROWS)]
ORDERS = [f"A{number // 2}" for number in range(ROWS)]
CODES = [f"9{number * 5 % 17:02d}" for number in range(ROWS)]
TEXTS = [f"thing {number % 5}" for number in (int(code) for code in CODES)]
TEXTS_ALONE = [["Tee", "Brot", "Seife", "Kerze", "Lampe"][int(code) % 5] for code in CODES]
PRICES = [f"{3 + int(code) % 17}.95" for code in CODES]
LINES = {"Customer No": WHO, "Order No": ORDERS, "Date": DAYS, "Price": PRICES, "Quantity": ["1", "2"] * (ROWS // 2)}
PEOPLE = {"Name": [f"Ann {number}" for number in range(ROWS)], "City": ["Bern", "Rome"] * (ROWS // 2)}


def taken(table, sample, given=None):
    filled = {name: [text for text in cells if text] for name, cells in sample.items()}
    found = columns.recognise(table, filled, given or {}, "shop.csv", rows=sample)
    return {match.ours: match.theirs for match in found}


def told(table, sample):
    found = columns.recognise(table, sample, {}, "shop.csv", rows=sample)
    return [doubt.told for doubt in doubts.about(table, found, sample)]


def test_what_a_seller_is_charged_is_no_price_and_an_address_of_the_web_no_description():
    charged = {"Client": WHO, "Date": DAYS, "Total": PRICES, "Tariffa": [f"-{price}" for price in PRICES]}
    assert "unit_price" not in taken("transactions", charged)
    assert taken("transactions", charged | {"Tariffa": PRICES[::-1]})["unit_price"] == "Tariffa"
    links = {"Details": [f"https://shop.example/{code}" for code in CODES]}
    assert "description" not in taken("transactions", LINES | links)
    pictures = {"Product Image": links["Details"], "Product Name": TEXTS_ALONE}
    assert taken("transactions", LINES | pictures)["product"] == "Product Name"
    assert taken("transactions", LINES | {"Details": TEXTS_ALONE})["description"] == "Details"


def test_salutations_tell_the_gender_whatever_else_their_name_may_mean():
    told = ["Sra.", "Sr.", "Srta."] * (ROWS // 3)
    assert "product" not in taken("transactions", LINES | {"Tratamiento": told})
    assert "product" not in taken("transactions", LINES | {"Titre civilité": ["MR", "MME"] * (ROWS // 2)})
    assert taken("transactions", LINES | {"Tratamiento": TEXTS})["product"] == "Tratamiento"


@pytest.mark.parametrize(
    ("table", "name", "ours"),
    [
        ("transactions", "Код контрагента", "customer_id"), ("transactions", "注文番号", "invoice_id"),
        ("transactions", "Belopp", "amount"), ("transactions", "订单日期", "ordered_at"),
        ("customers", "Skapad", "signed_up_on"),
        ("transactions", "Sipariş tarihi", "ordered_at"), ("customers", "Adres (plaats)", "location"),
        ("customers", "Date of deactivation", "left_on"), ("transactions", "Referencia del pedido", "invoice_id"),
        ("transactions", "MSISDN", "customer_id"), ("transactions", "商品名", "description"),
        ("transactions", "Odběratel kód", "customer_id"), ("transactions", "Cena bez DPH", "unit_price"),
        ("transactions", "Laskun numero", "invoice_id"), ("transactions", "Rendelés dátuma", "ordered_at"),
        ("transactions", "Birim Fiyatı", "unit_price"), ("transactions", "負担金額", "amount"),
        ("customers", "가입일", "signed_up_on"), ("customers", "탈퇴일", "left_on"),
    ],
)  # fmt: skip
def test_names_say_what_they_mean_in_further_languages(table, name, ours):
    said = {role: score for role, score in naming.says(name).items() if role in {each.name for each in TABLES[table]}}
    assert max(said, key=said.get) == ours, said


def test_a_street_is_no_place_and_an_aside_about_money_says_nothing():
    assert "location" not in naming.says("location.address1")
    assert naming.says("location.city")["location"] >= 0.8
    assert naming.says("Umsatz (ohne Kunden)") == naming.says("Umsatz")


def test_a_column_of_streets_steps_back_before_one_of_places():
    streets = [f"Calle Mayor {number}" for number in range(ROWS)]
    people = {"Código cliente": PEOPLE["Name"], "Domicilio": streets, "Localidad": PEOPLE["City"]}
    assert taken("customers", people)["location"] == "Localidad"


def test_a_time_that_many_rows_lack_steps_back_before_one_that_all_have():
    received = [day if number % 3 == 0 else "" for number, day in enumerate(DAYS)]
    sample = {"Rut cliente": WHO, "Fecha Acuse Recibo": received, "Fecha Docto": DAYS, "Monto total": PRICES}
    assert taken("transactions", sample)["ordered_at"] == "Fecha Docto"


def test_the_day_of_joining_is_the_one_that_all_have():
    some = [day if number % 2 else "" for number, day in enumerate(DAYS)]
    people = {"id": [f"P{number}" for number in range(ROWS)], "registered_at": some, "created_at": DAYS}
    assert taken("customers", people)["signed_up_on"] == "created_at"


def test_a_sum_on_the_credit_side_is_the_amount():
    sample = {"Klantnaam": WHO, "Datum": DAYS, "Bedrag credit": PRICES, "Bedrag debet": [""] * ROWS}
    assert taken("transactions", sample)["amount"] == "Bedrag credit"


def test_a_rating_times_a_tax_is_no_money():
    taxes = [f"{(10 + number) / 10:.2f}" for number in range(ROWS)]
    ratings = ["5", "5", "4", "3"] * (ROWS // 4)
    fees = [f"{float(tax) * int(rating):.2f}" for tax, rating in zip(taxes, ratings, strict=True)]
    sample = {"Acheteur": WHO, "Date": DAYS, "Note": ratings, "TVA commission": taxes, "Commission HT": fees}
    assert taken("transactions", sample | {"Prix de vente": PRICES})["amount"] == "Prix de vente"


def test_ways_to_pay_are_no_product():
    ways = ["iDEAL", "PayPal", "Bancontact"] * (ROWS // 3)
    sample = {"Klantnaam": WHO, "Datum": DAYS, "Bedrag": PRICES}
    assert "product" not in taken("transactions", sample | {"Dienst": ways})
    assert taken("transactions", sample | {"Dienst": TEXTS_ALONE})["product"] == "Dienst"


def test_what_always_stands_beside_one_description_or_price_is_a_product():
    assert taken("transactions", LINES | {"Minsan": CODES, "Text": TEXTS})["product"] == "Minsan"
    assert taken("transactions", LINES | {"Minsan": CODES})["product"] == "Minsan"
    assert "product" not in taken("transactions", LINES | {"Minsan": CODES, "Other": CODES[::-1]} | {"Price": DAYS})


def test_a_bare_name_that_each_product_has_is_its_description():
    assert taken("transactions", LINES | {"SKU": CODES, "name": TEXTS})["description"] == "name"


def test_what_counts_the_lines_of_each_order_numbers_them():
    assert taken("transactions", LINES | {"Item": ["1", "2"] * (ROWS // 2), "SKU": CODES})["line_number"] == "Item"
    assert not dependence.number_lines(ORDERS, ["2", "1"] * (ROWS // 2))
    assert not dependence.number_lines(ORDERS[:4], ["1", "2", "1", "2"])


def test_what_is_the_same_on_all_lines_of_an_order_numbers_none_of_them():
    closings = [str(1 + number // 6) for number in range(ROWS)]
    assert taken("transactions", LINES | {"Line No": closings}).get("line_number") != "Line No"
    assert taken("transactions", LINES | {"Line No": ["1", "2"] * (ROWS // 2)})["line_number"] == "Line No"


def test_goods_are_no_customers():
    sample = {"XY_Num": WHO, "AR_Num": CODES} | {name: LINES[name] for name in ("Date", "Price", "Quantity")}
    assert taken("transactions", sample)["customer_id"] == "XY_Num"


def test_a_number_that_is_new_with_each_order_is_no_customer():
    sample = {"Num": ORDERS, "Name": [f"Firm {chr(65 + int(who[1:]))}" for who in WHO], "Date": DAYS, "Amount": PRICES}
    assert taken("transactions", sample)["customer_id"] == "Name"


def test_a_telephone_is_who_orders_where_nothing_else_is():
    phones = [f"+41 79 555 {number % 15:04d}" for number in range(ROWS)]
    sample = {"Date": DAYS, "Total": PRICES, "Order": ORDERS, "Telefon": phones}
    assert taken("transactions", sample)["customer_id"] == "Telefon"
    assert taken("transactions", sample | {"Kundennr": WHO})["customer_id"] == "Kundennr"


def test_sums_that_are_mostly_zero_and_days_of_payment_step_back():
    sample = LINES | {"Amount Paid": ["0.00", "0.00", "0.00", "8.00"] * (ROWS // 4), "Net": PRICES, "Date Paid": DAYS}
    sample = {name: cells for name, cells in sample.items() if name not in ("Price", "Quantity", "Date")}
    found = taken("transactions", sample | {"Date issued": DAYS[1:] + DAYS[:1]})
    assert (found["amount"], found["ordered_at"]) == ("Net", "Date issued")


def test_two_sums_called_alike_but_for_a_number_are_asked_about():
    more = {"Value 1": [f"{float(price) * 2:.2f}" for price in PRICES], "Value 2": PRICES}
    sample = {"Kd": WHO, "Date": DAYS} | more
    found = columns.recognise("transactions", sample, {}, "shop.csv", rows=sample)
    assert next(match.rival for match in found if match.ours == "amount") == "Value 2"


def test_a_list_without_a_named_key_has_one_that_is_asked_about():
    sample = PEOPLE | {"CONTROLN": [str(95515 + number) for number in range(ROWS)]}
    assert taken("customers", sample)["customer_id"] == "CONTROLN"
    assert any("'CONTROLN'" in each and "event rather than a customer" in each for each in told("customers", sample))


def test_measures_that_happen_to_differ_are_no_key():
    measures = [str(1000 + 7919 * number % 9973) for number in range(ROWS)]
    assert "customer_id" not in taken("customers", {"Fresh": measures, "City": PEOPLE["City"]})


def test_the_first_of_all_days_is_the_one_of_joining():
    later = [str(dt.date.fromisoformat(day) + dt.timedelta(days=200)) for day in DAYS]
    sample = {"Member": WHO, "FFP_DATE": DAYS, "Last flight": later}
    assert taken("customers", sample)["signed_up_on"] == "FFP_DATE"
    assert "signed_up_on" not in taken("customers", sample | {"Last flight": DAYS, "FFP_DATE": later})
    assert "signed_up_on" not in taken("customers", sample | {"FFP_DATE": [*DAYS[:9], *[None] * (ROWS - 9)]})


def test_days_of_birth_are_no_days_of_joining_whatever_they_are_called():
    born = [str(dt.date(1940 + number * 7 % 60, 3, 1 + number % 28)) for number in range(ROWS)]
    sample = {"Member": WHO, "Hatched date": born, "FFP_DATE": DAYS}
    assert taken("customers", sample).get("signed_up_on") != "Hatched date"


def test_an_end_that_all_have_is_to_come():
    ends = [day.replace("2023", "2025") for day in DAYS]
    assert "left_on" not in taken("customers", PEOPLE | {"Joined": DAYS, "Contract end": ends})
    few = [day if number % 5 == 0 else None for number, day in enumerate(ends)]
    assert taken("customers", PEOPLE | {"Joined": DAYS, "Contract end": few})["left_on"] == "Contract end"


def test_by_what_people_are_written_to_is_known_by_the_cells():
    sample = PEOPLE | {"Reminder by": ["SMS", "e-mail", "letter"] * (ROWS // 3)}
    assert taken("customers", sample)["preferred_channel"] == "Reminder by"
    assert "preferred_channel" not in taken("customers", PEOPLE | {"Seen on": ["SMS", "cinema"] * (ROWS // 2)})


def test_the_first_of_the_days_that_could_be_the_orders_is_it():
    later = [str(dt.date.fromisoformat(day) + dt.timedelta(days=20)) for day in DAYS]
    sample = {name: LINES[name] for name in ("Customer No", "Price", "Quantity")} | {
        "Foo date": later,
        "Bar date": DAYS,
    }
    assert taken("transactions", sample)["ordered_at"] == "Bar date"
    born = {"Bar date": [day.replace("2023", "1950") for day in DAYS]}
    assert taken("transactions", sample | {"Date of birth": born["Bar date"]})["ordered_at"] == "Bar date"


def test_pieces_times_price_beside_a_time_are_lines_whatever_they_are_called():
    sums = [f"{float(price) * (1 + number % 2):.2f}" for number, price in enumerate(PRICES)]
    sample = {"Foo": WHO, "Bar": DAYS, "Baz": LINES["Quantity"], "Qux": PRICES, "Quux": sums}
    assert which_table.likely_table(sample) == "transactions"
    assert which_table.likely_table({name: sample[name] for name in ("Foo", "Bar", "Baz", "Qux")}) == "customers"


def test_papers_that_name_nobody_are_lines_and_people_with_papers_a_list():
    papers = {"Order Id": [str(770_041 + 3 * number) for number in range(ROWS)], "Amount": PRICES, "Opened": DAYS}
    assert which_table.likely_table(papers) == "transactions"
    people = {"File no": papers["Order Id"], "Sex": ["f", "m"] * (ROWS // 2), "Signed up": DAYS}
    assert which_table.likely_table(people | {"Exam date": DAYS}) == "customers"


@pytest.mark.parametrize(
    ("rows", "apart"),
    [
        (LINES | {"column 6": [None] * ROWS, "Town": PEOPLE["City"], "Since": DAYS}, True),
        (LINES | {"column 6": [None] * ROWS}, False), ({"column 1": [None] * ROWS} | LINES, False),
    ],
)  # fmt: skip
def test_what_stands_behind_an_empty_column_without_a_name_may_be_another_table(rows, apart):
    found = columns.recognise("transactions", LINES, {}, "shop.csv", rows=LINES)
    said = [doubt.told for doubt in doubts.about("transactions", found, rows)]
    assert any("'Town' and 'Since' stand behind an empty column" in each for each in said) == apart


def test_an_age_is_one_that_people_reach():
    assert looks.ages([str(20 + number) for number in range(ROWS)])
    assert not looks.ages(["1", "2"] * ROWS)
    assert not looks.ages([str(1950 + number) for number in range(ROWS)])


def test_how_far_an_order_is_is_no_place():
    assert "location" not in taken("customers", {"id": WHO, "state": ["complete", "canceled"] * (ROWS // 2)})
    assert taken("customers", {"id": WHO, "state": ["OH", "KS"] * (ROWS // 2)})["location"] == "state"


def test_orders_that_occur_again_beside_whoever_does_are_lines():
    unique = [f"https://example.org/{number}" for number in range(ROWS)]
    sample = {
        "Order No": ORDERS,
        "Order date": DAYS,
        "Email": [f"{who}@x.org" for who in WHO],
        "Member card no": unique,
    }
    assert which_table.likely_table(sample) == "transactions"
    assert which_table.likely_table(sample | {"Email": [f"{number}@x.org" for number in range(ROWS)]}) == "customers"


def test_an_index_without_a_name_is_no_quantity():
    sample = {"column 1": [str(number) for number in range(ROWS)], "Customer": WHO, "Date": DAYS, "Fare": PRICES}
    assert "quantity" not in taken("transactions", sample)


def test_words_for_goods_beside_their_codes_describe_them():
    found = taken("transactions", LINES | {"PZN": CODES, "Artikel": TEXTS_ALONE})
    assert (found["product"], found["description"]) == ("PZN", "Artikel")
    found = taken("transactions", LINES | {"Item Id": CODES, "Item": TEXTS_ALONE})
    assert (found["product"], found["description"]) == ("Item Id", "Item")


def test_how_many_mails_were_sent_is_no_address_and_a_sum_of_money_no_number_of_pieces():
    sample = LINES | {"Emails opened": [str(number % 15) for number in range(ROWS)]}
    del sample["Customer No"]
    assert "customer_id" not in taken("transactions", sample)
    sample = {name: LINES[name] for name in ("Customer No", "Date")} | {"Total": PRICES, "Pièces": PRICES[::-1]}
    assert "quantity" not in taken("transactions", sample)


def test_a_list_of_people_with_sums_and_numbers_of_papers_stays_a_list():
    unique = [str(8800418 + 7 * number) for number in range(ROWS)]
    sample = {"Guest ID": unique, "Document Number": unique[::-1], "Total Spent": PRICES, "First Stay": DAYS}
    assert which_table.likely_table(sample) == "customers"


def test_an_empty_column_does_not_hide_those_that_occur_again():
    sample = {"userId": [], "visitorId": WHO, "idVisit": [str(number) for number in range(ROWS)], "serverDate": DAYS}
    assert which_table.likely_table(sample | {"revenue": ["0", "0", "5"] * (ROWS // 3)}) == "transactions"


def test_whose_lines_they_are_is_asked_about_where_little_says_so():
    sample = {"Date": DAYS, "Total": PRICES, "Order": ORDERS, "Telefon": [f"079 555 {int(who[1:]):04d}" for who in WHO]}
    assert any("'Telefon' as `customer_id`" in each for each in told("transactions", sample))
    assert not told("transactions", sample | {"Kundennr": WHO})


def test_hardly_anybody_told_apart_is_asked_about_unless_the_name_is_plain():
    lines = {"Datum": DAYS, "Betrag": [f"{number}.37" for number in range(ROWS)]}
    tills = ["shop@till.example", "fair@till.example"] * (ROWS // 2)
    assert "tells only 2 customers apart" in told("transactions", lines | {"E-Mail": tills})[-1]
    assert told("transactions", lines | {"Kundennummer": ["K1001", "K1002"] * (ROWS // 2)}) == []


def test_a_number_of_one_moment_each_may_be_an_orders_unless_the_name_is_plain():
    bills = [f"{33120 + number // 3}" for number in range(ROWS)]
    lines = {"Data": [DAYS[number // 3] for number in range(ROWS)], "Totale riga": PRICES}
    assert "all rows of a 'N. conto' are of one moment" in told("transactions", lines | {"N. conto": bills})[-1]
    assert told("transactions", lines | {"N. conto": WHO}) == []
    assert told("transactions", lines | {"Kundennummer": bills}) == []


def test_a_day_of_the_customers_own_is_no_day_of_an_order():
    born = [DAYS[int(who[1:])] for who in WHO]
    lines = {"Customer No": WHO, "Amount": [f"{number}.37" for number in range(ROWS)]}
    assert "a day of the customer's own" in told("transactions", lines | {"Date": born})[0]
    assert told("transactions", lines | {"Date": DAYS}) == []
    sold = {"Customer No": [f"K{n // 4}" for n in range(ROWS)], "Date": [DAYS[n // 4] for n in range(ROWS)]}
    assert told("transactions", lines | sold) == []  # one order each


def test_a_day_that_each_customer_has_one_of_steps_back_beside_one_that_they_have_several_of():
    made = [DAYS[int(who[1:])] for who in WHO]
    members = {"Member": WHO, "Created on": made, "Amount": [f"{number}.37" for number in range(ROWS)]}
    assert taken("transactions", members)["ordered_at"] == "Created on"
    assert taken("transactions", members | {"Joined on": DAYS})["ordered_at"] == "Joined on"
    login = {"Login": [f"adh{who}" for who in WHO], "Contribution id": [str(410 + n) for n in range(ROWS)]}
    assert taken("transactions", members | {"Joined on": DAYS} | login)["invoice_id"] == "Contribution id"


def test_pieces_times_prices_that_come_to_the_orders_total_are_what_they_are_whatever_they_are_called():
    orders = [f"A{number // 3}" for number in range(ROWS)]
    pieces, prices = [str(1 + n * 5 % 4) for n in range(ROWS)], [f"{3 + n * 7 % 17}.95" for n in range(ROWS)]
    each = [int(piece) * float(price) for piece, price in zip(pieces, prices, strict=True)]
    totals = [f"{sum(each[n // 3 * 3 : n // 3 * 3 + 3]):.2f}" for n in range(ROWS)]
    lines = {"Customer No": WHO, "Order No": orders, "Date": DAYS, "Number": pieces, "Price": prices}
    found = taken("transactions", lines | {"Sum": totals})
    assert (found["quantity"], found["unit_price"]) == ("Number", "Price")
    assert "amount" not in found
    assert "quantity" not in taken("transactions", lines | {"Sum": [f"{float(total) + 3:.2f}" for total in totals]})


def test_the_key_of_something_else_steps_back_in_a_list():
    firms = {"Account Name.id": [f"z{n}" for n in range(ROWS)], "Account Name": [f"Firm {n % 9}" for n in range(ROWS)]}
    people = {"Record Id": [f"r{n * 7}" for n in range(ROWS)], "City": ["Bern", "Rome"] * (ROWS // 2)}
    assert taken("customers", people | firms)["customer_id"] == "Record Id"
    assert taken("customers", firms | {"City": people["City"]})["customer_id"] == "Account Name.id"


def test_of_several_codes_that_tell_the_same_goods_apart_the_first_is_the_products():
    codes = {"Zq": CODES, "Zr": [f"{int(code) + 1000}" for code in CODES]}
    found = taken("transactions", LINES | codes | {"Product Name": TEXTS_ALONE})
    assert (found["product"], found["description"]) == ("Zq", "Product Name")
    unlike = {"Zr": [f"g{int(code) % 5}" for code in CODES]}
    assert taken("transactions", LINES | codes | unlike | {"Product Name": TEXTS_ALONE})["product"] == "Product Name"


def test_larger_money_beside_the_amount_is_told():
    sums = [f"{number + 3}.37" for number in range(ROWS)]
    lines = {"Customer No": WHO, "Date": DAYS, "Line amount": sums}
    double = [f"{3 * float(each):.2f}" for each in sums]
    assert "'Room revenue' is more than 'Line amount'" in told("transactions", lines | {"Room revenue": double})[0]
    taxed = [f"{1.2 * float(each):.2f}" for each in sums]
    assert told("transactions", lines | {"Room revenue": taxed}) == []


def test_an_address_that_many_rows_lack_steps_back_in_a_list():
    mails = [None if number % 3 else f"p{number}@x.example" for number in range(ROWS)]
    people = PEOPLE | {"N. tessera": [f"0440{number}" for number in range(ROWS)], "E-mail": mails}
    assert taken("customers", people)["customer_id"] == "N. tessera"


def test_counted_rows_are_no_orders_and_rising_numbers_are():
    lines = {"Customer No": WHO, "Date": DAYS, "Amount": [f"{number}.37" for number in range(ROWS)]}
    assert "invoice_id" not in taken("transactions", lines | {"Lfd. Nr.": [str(n + 1) for n in range(ROWS)]})
    assert taken("transactions", lines | {"Quittanznr.": [str(7000 + 2 * n) for n in range(ROWS)]})["invoice_id"]


def test_what_is_new_on_each_row_is_no_category_and_mostly_zero_no_quantity():
    lines = {"Customer No": WHO, "Date": DAYS, "Amount": [f"{number}.37" for number in range(ROWS)]}
    assert "category" not in taken("transactions", lines | {"Category No": [str(9 * n) for n in range(ROWS)]})
    assert "quantity" not in taken("transactions", lines | {"Quantity sold": ["0", "0", "1"] * (ROWS // 3)})


def test_a_kind_that_each_product_has_and_several_share_is_its_category():
    kinds = [f"kind {int(code) % 4}" for code in CODES]
    assert taken("transactions", LINES | {"Item No": CODES, "Class": kinds})["category"] == "Class"
    assert "category" not in taken("transactions", LINES | {"Item No": CODES, "Class": ["a", "b", "c"] * (ROWS // 3)})


def test_two_sexes_and_more_of_them_are_not_of_people():
    assert taken("customers", PEOPLE | {"Sexe": ["F", "M", "X"] * (ROWS // 3)})["gender"] == "Sexe"
    assert "gender" not in taken("customers", PEOPLE | {"Sexe": ["F", "M", "FS", "MC"] * (ROWS // 4)})


def test_a_factor_that_is_always_one_and_single_pieces_that_do_not_fit_multiply_nothing():
    ones, pieces = ["1.0000"] * ROWS, ["1", "2", "3"] * (ROWS // 3)
    assert figures.products({"a": pieces, "b": ones, "c": pieces}) == []
    tens, hundreds = ["10", "10", "20"] * (ROWS // 3), ["1000", "1000", "2000"] * (ROWS // 3)
    assert figures.products({"kind": tens, "client": ["100"] * ROWS, "branch": hundreds}) == []
    guests = ["2", "2", "1"] * (ROWS // 3)
    twice = [f"{2 * float(price):.2f}" for price in PRICES]
    assert figures.products({"a": guests, "b": PRICES, "c": twice}) == []


@pytest.mark.parametrize(
    ("table", "name", "ours"),
    [
        ("customers", "Quel est votre âge ?", "age"), ("customers", "What is your gender?", "gender"),
        ("customers", "Wie alt sind Sie?", "age"), ("customers", "Where do you live?", "location"),
        ("transactions", "Betrag inkl. MwSt.", "amount"), ("transactions", "Date du rendez-vous", "ordered_at"),
        ("transactions", "Gegenkonto", "customer_id"), ("customers", "Default Address City", "location"),
        ("transactions", "Articoli venduti", "quantity"), ("transactions", "Items sold", "quantity"),
        ("transactions", "Verkaufte Artikel", "quantity"), ("transactions", "OrderedBy", "customer_id"),
        ("transactions", "From Email Address", "customer_id"), ("transactions", "KUNAG", "customer_id"),
        ("customers", "First Visit", "signed_up_on"), ("customers", "DateFirstPurchase", "signed_up_on"),
        ("transactions", "Valor de compra con impuestos", "amount"), ("transactions", "Mededelingen", "description"),
        ("transactions", "shipmentDetails.countryCode", "country"), ("transactions", "Vendite nette", "amount"),
    ],
)  # fmt: skip
def test_turns_of_phrase_say_what_they_mean(table, name, ours):
    assert naming.says(name).get(ours, 0) > 0.5
    assert "customer_id" in naming.says("Purchase Email")
    assert "customer_id" not in naming.says("Code Postal payeur")
    assert "location" not in naming.says("country_destination")
    assert not {"customer_id", "line_number"} & set(naming.says("houseNumber"))
    assert naming.says("Indirizzo email mittente")["customer_id"] > naming.says("Telefono")["customer_id"]


def test_unknown_numbers_that_come_again_beside_a_day_are_lines():
    visits = {
        "Datum": DAYS,
        "Anlage": ["Tal", "Gipfel"] * (ROWS // 2),
        "Chipnr.": [f"16147{who[1:]:0>3}" for who in WHO],
    }
    assert which_table.likely_table(visits) == "transactions"
    assert which_table.likely_table(visits | {"Chipnr.": [str(16147000 + n) for n in range(ROWS)]}) == "customers"


def test_another_sum_that_is_called_money_is_told_unless_it_comes_to_the_same():
    lines = {"Customer No": WHO, "Date": DAYS, "Order amount": [f"{number * 7 % 23 + 1}.37" for number in range(ROWS)]}
    bought = [f"{number * 5 % 17 + 1}.21" for number in range(ROWS)]
    assert "'Purchase amount'" in questioned(lines | {"Purchase amount": bought})
    assert questioned(lines | {"Purchase amount": lines["Order amount"]}) is None


def questioned(lines):
    found = columns.recognise("transactions", lines, {}, "shop.csv", rows=lines)
    return next((repr(match.rival) for match in found if match.rival), None)
