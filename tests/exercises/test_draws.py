"""Random inputs hide nothing: sizes differ, classes differ, probabilities are some."""

import numpy as np

from mlp_lib.exercises import draws

RNG = np.random.default_rng(6)


def test_sizes_all_differ_and_both_ends_are_drawn():
    drawn = [draws.sizes(RNG, 3, 4, 7) for _ in range(60)]
    assert all(len(set(sizes)) == 3 for sizes in drawn)
    assert set().union(*drawn) == {4, 5, 6, 7}
    assert {type(size) for size in drawn[0]} == {int}
    assert sorted(draws.sizes(RNG, 7)) == [2, 3, 4, 5, 6, 7, 8]


def test_two_classes_occur_and_all_can():
    drawn = [draws.labels(RNG, n, 3) for n in (2, 5) for _ in range(60)]
    assert all(len(set(labels)) >= 2 for labels in drawn)
    assert {(labels.min(), labels.max()) for labels in drawn} == {(0, 1), (0, 2), (1, 2)}
    assert draws.labels(RNG, 1, 3).shape == (1,)


def test_probabilities_are_positive_and_sum_to_1():
    P = draws.probabilities(RNG, 4, 3)
    assert P.shape == (4, 3)
    assert (P > 0).all()
    assert np.allclose(P.sum(axis=1), 1)
    assert len(np.unique(P)) == P.size
