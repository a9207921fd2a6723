"""A classifier that is taught the segments finds them again, whether or not there are any."""

import numpy as np
import pytest

from customer_segments.replication.evidence import held_out, on_noise


def test_a_fifth_of_every_segment_is_held_back_and_the_rest_is_taught():
    rng = np.random.default_rng(0)
    labels = np.repeat(["few", "many"], [20, 200])
    held = held_out(rng.normal(size=(220, 2)) + (labels == "few")[:, None] * 20, labels, seed=42)
    assert (held.size("few"), held.size("many")) == (4, 40)
    assert (held.accuracy, held.found("few"), held.missed("few")) == (1.0, 4, 0)


def test_labels_that_the_inputs_do_not_tell_are_not_recognised():
    rng = np.random.default_rng(0)
    labels = rng.choice(["a", "b"], 1000)
    held = held_out(rng.normal(size=(1000, 3)), labels, seed=42)
    assert 0.35 < held.accuracy < 0.65


def test_noise_without_groups_is_recognised_nearly_as_well_as_anything():
    found = on_noise(customers=1000, columns=3, k=4, draws=3, seed=1)
    assert len(found) == 3
    assert found.min() > 0.95


def test_the_same_seed_gives_the_same_answer():
    assert on_noise(200, 2, 3, 2, seed=5) == pytest.approx(on_noise(200, 2, 3, 2, seed=5), abs=0)
