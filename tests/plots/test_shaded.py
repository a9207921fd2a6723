from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.pages import retention
from customer_segments.pages.plots import shaded
from customer_segments.steps.eda import columns
from tests.retention.test_triangles import retained_of


def test_each_pair_stands_once_and_unknown_ones_stay_empty():
    table = pd.DataFrame(np.random.default_rng(2).normal(size=(50, 3)), columns=["age", "income", "active"])
    found = shaded.correlations(columns.rank_correlations(table.assign(left_on=np.nan)), "", decimals=2)
    assert [name for name, _ in found.rows] == ["Income", "Active", "Left on"]
    assert [sum(bool(cell.text) for cell in cells) for _, cells in found.rows] == [1, 2, 0]


@pytest.mark.parametrize("size", [2, 17])
def test_only_the_notable_pairs_are_written_and_all_are_coloured(size):
    names = [f"preferred_channel={n}" for n in range(size)]
    matrix = pd.DataFrame(np.where(np.eye(size), 1.0, 0.1), index=names, columns=names)
    matrix.iloc[1, 0] = matrix.iloc[0, 1] = -0.72
    cells = [cell for _, row in shaded.correlations(matrix, "", written_from=0.3).rows for cell in row]
    assert [cell.text for cell in cells if cell.text] == ["−0.7"]
    assert sum(cell.shade is not None for cell in cells) == size * (size - 1) / 2


def test_one_column_alone_has_no_pairs():
    assert shaded.correlations(pd.DataFrame({"orders": [1.0]}, index=["orders"]), "").rows == []


def test_a_cell_of_a_month_that_had_not_ended_has_no_colour():
    found = retention.rates(retained_of((40, 20, 4, 10), (20, 5, 4), (12, 9), as_of=date(2024, 4, 15)))[0]
    page = shaded.as_html(found)
    cells = [cell for _, row in found.rows for cell in row if cell.text]
    assert {cell.is_whole for cell in cells} == {True, False}
    assert all((cell.shade is None) == (not cell.is_whole) for cell in cells)
    assert page.count('class="unfinished"') == sum(not cell.is_whole for _, row in found.rows for cell in row)


def test_what_lies_below_and_above_have_colours_of_their_own_and_everyone_has_none():
    apart = pd.DataFrame([[-5.0, 1.0], [0.0, np.nan]], ["Orders", "<b>"], ["<i>", "Loyal"])
    found = shaded.differences(apart, apart.map("{:.1f}".format).assign(**{"All customers": "0"}))
    page = shaded.as_html(found)
    assert '<td class="below" style="--shade: 0.50">-5.0</td><td style="--shade: 0.25">1.0</td><td>0</td>' in page
    assert '<th scope="row">&lt;b&gt;</th>' in page
    assert '<th scope="col">&lt;i&gt;</th>' in page
    assert "<caption>" in page
