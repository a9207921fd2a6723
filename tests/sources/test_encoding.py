import hashlib

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.sources import encoding

TEXT = "customer_id,location\na,Zürich\nb,Genève\n"


def scan(tmp_path, content, given=None):
    path = tmp_path / "shop.csv"
    path.write_bytes(content)
    return encoding.scan(path, "shop.csv", given)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("ascii", "utf-8"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"), ("latin-1", "cp1252"),
    ],
)  # fmt: skip
def test_the_encoding_is_found_out(tmp_path, written, found):
    text = TEXT.replace("ü", "u").replace("è", "e") if written == "ascii" else TEXT
    assert scan(tmp_path, text.encode(written)).encoding == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Müşteri Adı;Çınar Sokağı;Ayşe Yılmaz", "cp1254"),
        ("Vevő;Számlaszám;Főző út;Kedvező", "cp1250"),
        ("王 伟,张 强,订单 1,刘 芳", "gb18030"),
        ("受付番号,診療日,患者番号,担当医,負担金額", "cp932"),
        ("Þór;Björk;Ýmir;Guðrún;Sigurður;Ísafjörður", "cp1252"),
        ("Informações;São João;opções;põe", "cp1252"),
        ("Coût;août;Élève;sûr;goût", "cp1252"),
    ],
)
def test_letters_within_words_tell_the_encoding(tmp_path, text, found):
    assert scan(tmp_path, f"{text}\n".encode(found)).encoding == found


def test_bytes_that_windows_does_not_know_are_latin_1(tmp_path):
    assert scan(tmp_path, b"a,\xfc\x81\n").encoding == "latin-1"


def test_a_sign_across_two_chunks_is_read_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "CHUNK", 4)
    found = scan(tmp_path, "Zü\u200brich".encode())
    assert (found.encoding, found.blanks) == ("utf-8", "\u200b")


def test_only_the_blanks_that_occur_are_named(tmp_path):
    assert scan(tmp_path, "a\u00a0b\tc".encode()).blanks == "\t\u00a0"


def test_the_fingerprint_is_of_the_file_as_it_is(tmp_path):
    content = TEXT.encode("utf-16")
    assert scan(tmp_path, content).sha256 == hashlib.sha256(content).hexdigest()


def test_what_is_set_by_hand_counts(tmp_path):
    assert scan(tmp_path, TEXT.encode(), "Latin-1").encoding == "iso8859-1"


@pytest.mark.parametrize(
    ("content", "given", "said"),
    [
        (TEXT.encode(), "klingon", "`encoding: klingon` for shop.csv is not known"),
        (TEXT.encode(), "hex", "`encoding: hex` for shop.csv is not known"),
        (b"a,b\n1,\x002\n", None, "shop.csv holds a NUL byte in line 2"),
        (TEXT.encode() + b"\0" * 9_000, None, "shop.csv holds a NUL byte in line 4"),
        (TEXT.encode() * 3 + b"\xff", None, "UTF-8 but for 1 damaged signs, the first in line 10"),
    ],
)
def test_what_is_no_text_is_refused_with_the_line(tmp_path, content, given, said):
    with pytest.raises(StudyError) as caught:
        scan(tmp_path, content, given)
    assert said in str(caught.value)


def test_a_file_is_put_into_utf_8_with_its_line_ends(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-16"))
    copy, _ = encoding.in_utf8(path, "shop.csv", None, tmp_path)
    assert copy.read_bytes() == TEXT.replace("\n", "\r\n").encode()


def test_what_cannot_be_read_as_was_set_is_refused(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_bytes(TEXT.encode("latin-1"))
    with pytest.raises(StudyError, match=r"cannot be read as utf-16: set another `encoding`"):
        encoding.in_utf8(path, "shop.csv", "utf-16", tmp_path)


@pytest.mark.parametrize(
    ("content", "given"), [(b"\xef\xbb\xbf" + b"\xff\xfe" * 9, None), ("Zoë".encode("cp1252"), "utf-8")]
)
def test_what_is_said_to_be_utf_8_and_is_not_is_refused(tmp_path, content, given):
    with pytest.raises(StudyError, match=r"shop.csv cannot be read as utf-8: set another `encoding`"):
        scan(tmp_path, content, given)


@pytest.mark.parametrize(
    ("written", "found", "text"),
    [
        ("cp1251", "cp1251", "Дата;Номер;Контрагент\n01.02.2023;7;АО «Исток»\nСумма;Товар;Цена\n"),
        ("koi8-r", "koi8-r", "Дата;Номер;Контрагент\n01.02.2023;7;Исток\nСумма;Товар;Цена\n"),
        ("cp1253", "cp1253", "Ημερομηνία;Πελάτης;Ποσό\nΑθήνα;Πάτρα;Βόλος\n"),
        ("cp932", "cp932", "注文番号,注文日時,商品名\n1,2,抹茶クッキー\n"),
        ("gb18030", "gb18030", "会员编号,性别,城市\n1,男,广州\n"),
        ("euc-kr", "euc-kr", "고객번호,이름,날짜\n1,김민수,서울\n"),
        ("cp1252", "cp1252", "Größe;Müller;Gärtner;Löwe;café;naïve;Élan\n" * 3),
        ("cp1250", "cp1250", "Ilość;Wartość;Łódź;Płatność;Część;Gdańsk\n" * 3),
    ],
)
def test_the_encodings_of_other_scripts_are_known_by_their_words(tmp_path, written, found, text):
    assert scan(tmp_path, text.encode(written)).encoding == found
