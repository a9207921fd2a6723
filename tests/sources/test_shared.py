from customer_segments.sources import shared

MARKED = ["FZFIRM", "FZKDNR", "FZRGNR", "FZRGDT", "FZMENG"]


def test_a_tables_letters_are_left_out_and_its_words_are_cut_short():
    assert list(shared.without(MARKED).values()) == ["FIRM.", "KDNR.", "RGNR.", "RGDT.", "MENG."]


def test_a_list_around_most_columns_is_left_out_if_its_name_means_nothing():
    names = ["id", *(f"attributes.{name}" for name in ("email", "created", "city", "zip"))]
    assert list(shared.without(names).values()) == ["id", "email", "created", "city", "zip"]
    orders = [f"order.{name}" for name in ("id", "date", "total", "status", "note")]
    assert list(shared.without(orders).values()) == orders


def test_what_all_names_begin_with_is_left_out_before_a_line():
    names = ["Gf_Gift_ID", "Gf_Date", "Gf_Amount", "Gf_Fund", "Gf_CnBio_ID"]
    assert list(shared.without(names).values()) == ["Gift_ID", "Date", "Amount", "Fund", "CnBio_ID"]
    spoken = [f"order_{name}" for name in ("id", "date", "total", "status", "note")]
    assert list(shared.without(spoken).values()) == spoken


def test_what_most_columns_are_of_is_left_out_before_a_dash():
    names = ["Deal - ID", "Deal - Value", "Deal - Won time", "Deal - Organization", "Person - Email"]
    assert list(shared.without(names).values()) == ["ID", "Value", "Won time", "Organization", "Person - Email"]


def test_names_that_would_become_the_same_stay():
    names = ["email", "attributes.email", "attributes.a", "attributes.b", "attributes.c"]
    assert list(shared.without(names).values()) == names


def test_few_names_and_words_keep_their_beginning():
    assert list(shared.without(MARKED[:4]).values()) == MARKED[:4]
    words = ["Customer", "Currency", "Cutlery", "Culture", "Cutter"]
    assert list(shared.without(words).values()) == words
