import numpy as np
import pandas as pd
import pytest

from customer_segments.pages.plots.eda import correlation_heatmap
from tests.plots.test_preprocessing import assert_nothing_is_cut


@pytest.mark.parametrize("size", [2, 17])
def test_each_pair_stands_once_and_only_the_notable_ones_are_written(size):
    names = [f"preferred_channel={n}" for n in range(size)]
    matrix = pd.DataFrame(np.where(np.eye(size), 1.0, 0.1), index=names, columns=names)
    matrix.iloc[1, 0] = matrix.iloc[0, 1] = -0.72
    drawing = correlation_heatmap(matrix, written_from=0.3)
    written = [text.get_text() for text in drawing.axes[0].texts if text.get_text()]
    assert written == ["−0.7"]
    assert len(drawing.axes[0].texts) == size * (size - 1) / 2
    assert_nothing_is_cut(drawing)


def test_one_column_alone_has_no_pairs():
    drawing = correlation_heatmap(pd.DataFrame({"orders": [1.0]}, index=["orders"]))
    assert [text for panel in drawing.axes for text in panel.texts] == []
