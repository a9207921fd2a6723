"""What columns say of each other, whatever they are called, and names that are understood beside strange words."""

import pytest

from customer_segments.sources import columns, doubts, figures, headers, looks, naming, shared
from customer_segments.sources.encoding import scan
from customer_segments.sources.which_table import likely_table

PRICES = {f"P{n}": f"{3 + 2 * n}.95" for n in range(8)}
GOODS = [f"P{n * 5 % 8}" for n in range(80)]
PIECES = [str(1 + n * 7 % 3) for n in range(80)]


def test_money_with_discounts_is_still_known_as_the_product():
    paid = [
        float(PRICES[p]) * int(q) * (0.9 if n % 3 == 0 else 1)
        for n, (p, q) in enumerate(zip(GOODS, PIECES, strict=True))
    ]
    rows = {"a": PIECES, "b": [PRICES[product] for product in GOODS], "c": [f"{sum_:.2f}" for sum_ in paid]}
    assert figures.products(rows) == [("a", "b", "c")]


def test_what_each_product_costs_is_no_amount():
    days = [f"2024-01-{1 + n % 28:02}" for n in range(80)]
    rows = {"Cliente": [f"C{n % 9}" for n in range(80)], "Fecha": days, "Producto": GOODS, "Cantidad": PIECES,
            "Valor del producto": [PRICES[product] for product in GOODS]}  # fmt: skip
    found = {match.ours: match.theirs for match in columns.recognise("transactions", rows, {}, "x.csv", rows=rows)}
    assert found["unit_price"] == "Valor del producto"
    assert "amount" not in found


def test_what_many_days_share_is_no_order():
    rows = {"customer": [f"C{n % 9}" for n in range(60)], "date": [f"2024-{1 + n % 9:02}-01" for n in range(60)],
            "amount": [f"{n}.37" for n in range(60)], "invoice no": [str(n % 2 and n) for n in range(60)]}  # fmt: skip
    found = {match.ours for match in columns.recognise("transactions", rows, {}, "x.csv", rows=rows)}
    assert "invoice_id" not in found


def test_numbers_of_orders_make_no_lines_of_a_list():
    cards, days = [f"{7000 + n}" for n in range(60)], [f"2020-01-{1 + n % 28:02}" for n in range(60)]
    listed = {"Kartennr": cards, "ausgestellt am": days, "Umsatz": [f"{n}.50" for n in range(60)]}
    assert likely_table(listed | {"Bons": [str(n % 30) for n in range(60)]}) == "customers"
    assert likely_table(listed | {"Bon": [f"R{n}" for n in range(60)]}) == "transactions"


def test_czech_is_told_from_western_text(tmp_path):
    for text, encoding in (
        ("zboží příkazem, Plzeň, služby, Středisko\n", "cp1250"),
        ("café, Škoda, où, più\n", "cp1252"),
    ):
        path = tmp_path / "list.csv"
        path.write_text(text * 3, encoding)
        assert scan(path, "list.csv").encoding == encoding


def test_strange_words_beside_known_ones_leave_less():
    assert 0 < naming.says("Amount Quibbled")["amount"] < naming.says("Amount")["amount"]
    assert "amount" not in naming.says("Amount Refunded")


def found_in(rows: dict[str, list[str]]) -> dict[str, str | None]:
    return {match.ours: match.theirs for match in columns.recognise("transactions", rows, {}, "x.csv", rows=rows)}


CUSTOMERS = [f"{4000 + n % 21}" for n in range(80)]
DAYS = [f"2024-{1 + n // 7:02}-{1 + n % 28:02}" for n in range(80)]


def test_what_is_put_on_one_sum_to_make_another_is_a_tax():
    nets = [round(31.4 + 7.13 * n, 2) for n in range(80)]
    taxes = [round(net * 0.21, 2) for net in nets]
    sums = [net + tax for net, tax in zip(nets, taxes, strict=True)]
    money = {"Basis": nets, "Cuota": taxes, "Somma": sums}
    rows = {"client": CUSTOMERS, "date": DAYS} | {name: [f"{n:.2f}" for n in told] for name, told in money.items()}
    assert figures.put_on("Cuota", rows) == "Somma"
    assert found_in(rows)["amount"] == "Somma"
    assert found_in(rows | {"Somma": rows["Cuota"][::-1]})["amount"] == "Cuota"


def test_a_name_that_each_customer_has_alone_is_no_product():
    rows = {"client": CUSTOMERS, "date": DAYS, "Titulo": [f"Casa {n}ez" for n in CUSTOMERS], "amount": ["9.95"] * 80}
    assert "product" not in found_in(rows)
    assert found_in(rows | {"Titulo": [f"Casa {p}" for p in GOODS]})["product"] == "Titulo"


def test_those_who_sign_up_again_and_again_order_something():
    rows = {"Kundennr": CUSTOMERS, "Anmeldedatum": DAYS, "Entgelt": [f"{n}.50" for n in range(80)]}
    assert found_in(rows)["ordered_at"] == "Anmeldedatum"


def test_the_number_of_a_telephone_line_is_no_place_on_an_invoice():
    rows = {"client": CUSTOMERS, "date": DAYS, "Numéro de ligne": [f"06120440{n}" for n in CUSTOMERS]}
    assert "line_number" not in found_in(rows)
    assert found_in(rows | {"Numéro de ligne": [f"{1 + n % 3}" for n in range(80)]})["line_number"] == "Numéro de ligne"


def test_ids_that_could_be_moments_are_ids_by_their_name():
    ids = [f"{700_100_012 + n}.0" for n in range(60)]
    listed = {"ID_CLIENT": ids, "AGE": [str(18 + n) for n in range(60)]}
    matches = columns.recognise("customers", listed, {}, "x.csv", rows=listed)
    assert next(match.theirs for match in matches if match.ours == "customer_id") == "ID_CLIENT"
    with_sums = {"Bonnr": [*(f"{66_012 + n}" for n in range(79)), "Totaal"], "Klant": CUSTOMERS, "Datum": DAYS}
    assert found_in(with_sums)["invoice_id"] == "Bonnr"


def test_numbers_too_long_for_a_float_still_rise():
    assert figures.rise([f"{3 * 10**16 + n}" for n in range(30)])


def test_a_price_does_not_grow_with_pieces_of_which_hardly_any_line_has_several():
    prices, pieces = [*["2.00"] * 199, "9.00"], [*["1"] * 199, "3"]
    assert figures.growth(prices, pieces) is None
    assert figures.growth(["2.00"] * 100 + ["4.00"] * 100, ["1"] * 100 + ["2"] * 100) == pytest.approx(1)


DATES = [f"2024-{1 + n % 8:02}-{1 + n % 28:02}" for n in range(72)]
SUMS = [f"{n}.37" for n in range(72)]
VISITS = {"Cliente": [f"C{n % 9}" for n in range(72)], "Fecha": DATES, "Importe": SUMS}


def _found(rows):
    return {match.ours: match.theirs for match in columns.recognise("transactions", rows, {}, "x.csv", rows=rows)}


def _asked(rows):
    found = columns.recognise("transactions", rows, {}, "x.csv", rows=rows)
    return [doubt.told for doubt in doubts.about("transactions", found, rows)]


def _of(*kinds):
    return [kinds[n * 5 % 7 % len(kinds)] for n in range(72)]


def test_a_kind_of_something_is_a_category_where_nothing_else_is():
    tickets = VISITS | {"Tipo de entrada": _of("General", "Reducida", "Grupo")}
    assert _found(tickets)["category"] == "Tipo de entrada"
    assert _found(tickets | {"Concepto": _of("ajedrez", "visita")})["category"] == "Tipo de entrada"
    assert _found(VISITS | {"Categoría de tesorería": _of("Ventas", "Otros")})["category"] == "Categoría de tesorería"


def test_no_kind_is_what_each_customer_has_one_of_or_how_they_pay():
    own = {"Tipo de tesorería": ["AB"[n % 9 % 2] * 3 for n in range(72)]}
    assert not {"product", "category"} & set(_found(VISITS | own))
    papers = {"Type": _of("Sale", "Refund"), "Belegart": _of("Rechnung", "Gutschrift")}
    assert not {"product", "category"} & set(_found(VISITS | papers))
    paid = {"Zahlart": _of("PayPal", "Bar", "Kreditkarte")}
    assert not {"product", "category"} & set(_found(VISITS | paid))


def test_what_grows_by_another_sum_is_left_and_no_money():
    left = [f"{sum(n + 0.37 for n in range(row + 1)):.2f}" for row in range(72)]
    rows = {name: cells for name, cells in VISITS.items() if name != "Importe"}
    assert _found(rows | {"Importe total": left})["amount"] == "Importe total"
    assert _found(rows | {"Importe total": left, "Importe": VISITS["Importe"]})["amount"] == "Importe"
    assert not figures.runs(VISITS["Importe"], left)


def test_ids_that_differ_within_an_order_are_asked_about():
    orders = {"Pedido": [f"P{n // 4}" for n in range(72)]}
    days = [f"2024-{1 + n // 4 % 8:02}-{1 + n // 4:02}" for n in range(72)]
    lines = {"Número": VISITS["Cliente"], "Fecha": days, "Importe": VISITS["Importe"]} | orders
    assert any("orders" in told for told in _asked(lines))
    same = {"Número": [f"C{n // 4 % 9}" for n in range(72)]}
    assert not any("orders" in told for told in _asked(lines | same))


def test_ids_that_each_stand_beside_one_price_are_asked_about():
    prices = {"Número": [f"C{n * 5 % 9}" for n in range(72)], "Concepto": [f"thing {n * 5 % 9}" for n in range(72)]}
    rows = {name: cells for name, cells in VISITS.items() if name != "Cliente"} | prices
    assert any("product's own" in told for told in _asked(rows))
    assert not any(
        "product's own" in told for told in _asked(rows | {"Concepto": [f"thing {n % 5}" for n in range(72)]})
    )


def test_a_day_before_one_that_no_name_calls_an_orders_is_asked_about():
    begun = [f"2024-{2 + n % 8:02}-{1 + n % 28:02}" for n in range(72)]
    rows = {"Qwix": VISITS["Fecha"], "Event start": begun} | {n: c for n, c in VISITS.items() if n != "Fecha"}
    assert _found(rows)["ordered_at"] == "Event start"
    assert any("earlier" in told for told in _asked(rows))
    assert not any("earlier" in told for told in _asked(rows | {"Qwix": ["2024-01-01"] * 72}))


def test_unknown_money_that_is_larger_than_the_amount_is_told():
    rows = VISITS | {"Qwix": [f"{3 * n + 5}.41" for n in range(72)]}
    assert any("is more than 'Importe'" in told for told in _asked(rows))


def test_one_letter_before_all_codes_says_nothing():
    names = ["CFOLIO", "CFECHA", "CCODIGOCLIENTE", "CNOMBREPRODUCTO", "CUNIDADES", "CTOTAL"]
    assert shared.without(names)["CCODIGOCLIENTE"] == "CODIGOCLIENTE"
    chance = ["CUSTOMER", "COUNTRY", "CITY", "CREATED", "CATEGORY"]
    assert shared.without(chance)["CUSTOMER"] == "CUSTOMER"


@pytest.mark.parametrize(
    ("name", "ours"),
    [("Id cotisation", "invoice_id"), ("store_transaction_id", "invoice_id"), ("order_item_name", "description"),
     ("Veranstaltung", "product"), ("Nombre de la empresa", "customer_id"),
     ("TOTAL_CLAIM_COST", "amount"), ("product_display_name", "description")],
)  # fmt: skip
def test_further_names_are_understood(name, ours):
    assert ours in naming.says(name)


def test_what_a_column_calls_customers_are_customers():
    rows = {"Tipo origine": ["Cliente"] * 72, "Nr. origine": VISITS["Cliente"], "Data": DATES, "Importo": SUMS}
    assert _found(rows)["customer_id"] == "Nr. origine"
    assert "customer_id" not in _found(rows | {"Tipo origine": ["Fornitore"] * 72})


def test_a_header_stands_below_lines_that_are_padded_to_its_width():
    title = ["Konto", "", "Nr. 200", *[""] * 9]
    names = ["Tag", "Wert", "Art", "Von", "Zweck", "IBAN", "BIC", "Betrag", "Soll", "Haben", "Saldo", "Währung"]
    below = [["1.2.2024", "2.2.2024", "Gutschrift", "Eva", "", "DE1", "X", "5,20", "", "5,20", "9,10", "EUR"]] * 9
    assert headers.above([title, ["bis 3.4.2024", *[""] * 11], names, *below]) == 2
    assert headers.above([names, *below]) == 0


def test_an_empty_column_is_neither_pieces_nor_price_where_there_is_an_amount():
    empty = {"Anzahl der Schecks": [""] * 72}
    assert "quantity" not in _found(VISITS | empty)
    known = {name: [text for text in cells if text] for name, cells in (VISITS | empty).items()}
    found = columns.recognise("transactions", known, {}, "x.csv", rows=VISITS | empty)
    assert "quantity" not in {match.ours for match in found}


def test_names_of_people_are_customers_where_nothing_else_is_and_it_is_asked():
    people = [f"{('Eva', 'Jo', 'Max')[n % 3]} {('Lang', 'Kurz', 'Breit', 'Hoch', 'Tief')[n % 5]}" for n in range(72)]
    rows = {"Fecha": DATES, "Más datos": people, "Importe": SUMS}
    assert _found(rows)["customer_id"] == "Más datos"
    assert any("Más datos" in told for told in _asked(rows))
    assert "customer_id" not in _found(rows | {"Más datos": [each.lower() for each in people]})


def test_ids_of_a_handful_are_nobodys_beside_many_who_come_again():
    firms = [f"Firma {'ABCDEFGHIJKLMNOPQ'[n % 17]}" for n in range(72)]
    accounts = {"Account ID": [("4000", "4020")[n % 2] for n in range(72)]}
    rows = {"Date": DATES, "Customer": firms, "Amount": SUMS} | accounts
    assert _found(rows)["customer_id"] == "Customer"
    assert _found({"Date": DATES, "Amount": SUMS} | accounts)["customer_id"] == "Account ID"


def test_parcels_are_no_pieces():
    for name in ("Aantal colli", "Number of parcels", "Anzahl Pakete", "Nombre de colis"):
        assert "quantity" not in naming.says(name)


def test_the_moment_at_which_a_till_is_closed_is_no_orders():
    end = {"Erstellung": [f"{day}T22:30:00+01:00" for day in DATES]}
    begun = {"Bon Start": [f"{day}T{9 + n % 11:02}:{n % 60:02}:07+01:00" for n, day in enumerate(DATES)]}
    rest = {"Kunde": VISITS["Cliente"], "Umsatz": SUMS}
    assert _found(rest | end | begun)["ordered_at"] == "Bon Start"
    assert _found(rest | end)["ordered_at"] == "Erstellung"
    of_days = {"Bestelldatum": [f"{day} 00:00:00" for day in DATES]}
    assert _found(rest | of_days | begun)["ordered_at"] == "Bestelldatum"
    assert looks.hours([None, "", "2024-03-01 09:30:12", "2024-03-01"]) == {"09:30"}


def test_what_may_have_brought_the_customer_is_no_category_where_orders_have_kinds():
    campaigns = {"Campaign": _of("Spring", "Referral", "Card")}
    assert _found(VISITS | campaigns)["category"] == "Campaign"
    assert "category" not in _found(VISITS | campaigns | {"Order Type": _of("Repair", "Call", "Upgrade")})
