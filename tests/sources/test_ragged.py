from customer_segments.sources import ragged
from customer_segments.sources.rows import Unusable

OPEN = "a quote opens in it and does not close"


def rows(tmp_path, content, width=2):
    path = tmp_path / "shop.csv"
    path.write_bytes(f"id,place\n{content}".encode())
    return list(ragged.rows(path, 1, ",", width))


def test_rows_of_the_headers_width_are_cells_and_empty_ones_are_missing(tmp_path):
    assert rows(tmp_path, 'a, Bern \r\nb,\n"c,d","""x"""\n') == [["a", "Bern"], ["b", None], ["c,d", '"x"']]


def test_blank_lines_are_no_rows(tmp_path):
    assert rows(tmp_path, "\na,1\n  \n\t\nb,2\n\n") == [["a", "1"], ["b", "2"]]


def test_rows_of_another_width_are_put_aside_with_the_reason(tmp_path):
    assert rows(tmp_path, "a\nb,2,3\nc,3,,\n") == [
        Unusable("it has 1 cell, and the header has 2", "a\n"),
        Unusable("it has 3 cells, and the header has 2", "b,2,3\n"),
        ["c", "3"],
    ]


def test_line_ends_within_quotes_are_part_of_the_cell(tmp_path):
    assert rows(tmp_path, 'a,"Bern\r\nold town"\nb,2\n') == [["a", "Bern\r\nold town"], ["b", "2"]]


def test_a_quote_that_does_not_close_costs_only_its_line(tmp_path):
    assert rows(tmp_path, 'a,"Bern\nb,2\nc,3\n') == [Unusable(OPEN, 'a,"Bern\n'), ["b", "2"], ["c", "3"]]


def test_a_quote_that_swallows_a_hundred_lines_costs_only_its_line(tmp_path):
    many = "b,2\n" * 150
    found = rows(tmp_path, f'a,"Bern\n{many}c,"3"\n')
    assert found[0] == Unusable(OPEN, 'a,"Bern\n')
    assert found[1:] == [["b", "2"]] * 150 + [["c", "3"]]


def test_a_quote_within_a_cell_is_a_sign_like_others(tmp_path):
    assert rows(tmp_path, 'a,5" pipe\nb,2\n') == [["a", '5" pipe'], ["b", "2"]]


def test_a_cell_beyond_all_reason_is_put_aside(tmp_path):
    (found,) = rows(tmp_path, f"a,{'x' * 100_001}\n")
    assert found.reason == "it has a cell of more than 100,000 signs"
