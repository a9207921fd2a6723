import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from customer_segments.steps.clustering.places import answers_given
from customer_segments.steps.clustering.prototypes import PrototypeSegmenter
from customer_segments.steps.clustering.segmenter import Segmenter

CUSTOMERS = pd.DataFrame(
    {
        "spend": [0.0, 0.1, 0.2, 1.0, 1.1, 1.2],
        "channel=App": [1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        "channel=Web": [0.0, 0.0, 0.0, 1.0, 1.0, 0.0],
    }
)


def test_answers_to_one_question_belong_together_and_no_answer_is_one_too():
    fitted = PrototypeSegmenter(k=2, category_weight=1.0).fit(CUSTOMERS)
    given = answers_given(CUSTOMERS.to_numpy(), fitted.questions_, fitted.halfway_)
    assert given[:, 0].tolist() == [1, 1, 1, 2, 2, 0]
    assert fitted.numbers_ == [0]


def test_a_segment_has_a_mean_number_and_a_most_frequent_answer():
    fitted = PrototypeSegmenter(k=2, category_weight=1.0).fit(CUSTOMERS)
    assert fitted.labels_.tolist() == [1, 1, 1, 2, 2, 2]
    np.testing.assert_allclose(fitted.means_, [[0.1], [1.1]])
    assert fitted.modes_[:, 0].tolist() == [1, 2]


def test_the_weight_decides_what_counts():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"spend": np.repeat([0.0, 3.0], 50) + rng.normal(0, 0.3, 100)})
    table["channel=App"] = np.tile([1.0, 0.0], 50)
    by_answer = PrototypeSegmenter(k=2, category_weight=100.0).fit(table).labels_
    by_number = PrototypeSegmenter(k=2, category_weight=0.01).fit(table).labels_
    assert adjusted_rand_score(table["channel=App"], by_answer) == 1
    assert adjusted_rand_score(table["spend"] > 1.5, by_number) == 1


def test_another_answer_adds_the_weight_to_the_squared_distance():
    fitted = PrototypeSegmenter(k=2, category_weight=4.0).fit(CUSTOMERS)
    somebody = pd.DataFrame({"spend": [0.1], "channel=App": [1.0], "channel=Web": [0.0]})
    assert (fitted.transform(somebody)[0] ** 2).round(6).tolist() == [0.0, 1.0 + 4.0]


def test_without_answers_it_is_k_means():
    points = np.random.default_rng(1).normal(size=(90, 2)) + 6 * np.eye(2)[np.arange(90) % 2]
    assert (PrototypeSegmenter(k=2).fit(points).labels_ == Segmenter(k=2).fit(points).labels_).all()


def test_features_that_are_all_answers_can_be_divided():
    answers = CUSTOMERS.drop(columns="spend")
    assert PrototypeSegmenter(k=2).fit(answers).labels_[:5].tolist() in ([1, 1, 1, 2, 2], [2, 2, 2, 1, 1])
