"""Toy sets in the plane: shapes, balance, seeds, and whether lines separate them."""

import numpy as np
import pytest

from mlp_lib.datasets import blobs, spirals
from mlp_lib.networks import MLP, Adam, train

every_set = pytest.mark.parametrize("make", [blobs, spirals])


@every_set
@pytest.mark.parametrize(("n", "classes"), [(2, 2), (7, 3), (301, 4)])
def test_shapes_types_and_balance(make, n, classes):
    X, labels = make(n, classes, 0)
    assert X.shape == (n, 2)
    assert X.dtype == np.float64
    assert labels.shape == (n,)
    assert labels.dtype == np.intp
    counts = np.bincount(labels, minlength=classes)
    assert len(counts) == classes
    assert counts.max() - counts.min() <= 1


@every_set
def test_the_seed_decides_all(make):
    first, again, other = make(50, 3, 7), make(50, 3, np.random.default_rng(7)), make(50, 3, 8)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@every_set
def test_a_generator_is_used_up_not_copied(make):
    rng = np.random.default_rng(7)
    assert not np.array_equal(make(50, 3, rng)[0], make(50, 3, rng)[0])


@every_set
def test_classes_are_not_sorted(make):
    labels = make(60, 3, 0)[1]
    assert (np.diff(labels) < 0).sum() > 5


@every_set
@pytest.mark.parametrize(("n", "classes"), [(10, 1), (2, 3), (0, 2), (-4, 2)])
def test_too_few_points_or_classes_are_named(make, n, classes):
    with pytest.raises(ValueError, match=rf"got n = {n}, classes = {classes}"):
        make(n, classes, 0)


@every_set
def test_a_fraction_of_a_point_is_refused(make):
    with pytest.raises(TypeError):
        make(10.5, 2, 0)


def test_a_blob_lies_around_its_place_on_the_circle():
    X, labels = blobs(9000, 3, 0)
    for k, angle in enumerate((0, 2 * np.pi / 3, 4 * np.pi / 3)):
        own = X[labels == k]
        place = [2 * np.cos(angle), 2 * np.sin(angle)]
        np.testing.assert_allclose(own.mean(axis=0), place, atol=0.05)
        np.testing.assert_allclose(own.std(axis=0), 0.6, atol=0.03)


def test_a_spiral_keeps_its_radius_and_turns():
    X, labels = spirals(3000, 3, 0)
    radius = np.hypot(*X.T)
    assert 0.2 <= radius.min() < 0.21
    assert 1.99 < radius.max() <= 2
    straight = np.exp(-1j * (2 * radius + labels * 2 * np.pi / 3))
    turned = np.angle((X[:, 0] + 1j * X[:, 1]) * straight)
    assert abs(turned.mean()) < 0.02
    np.testing.assert_allclose(turned.std(), 0.15, atol=0.01)


def accuracy(sizes, data):
    model = MLP(sizes, dtype=np.float64)
    train(model, data, epochs=60, optimizer=Adam(0.02), progress=False)
    return model.accuracy(*data)


def test_lines_separate_blobs_but_not_spirals():
    assert accuracy((2, 3), blobs(400, 3, 0)) > 0.93
    assert 0.33 < accuracy((2, 3), spirals(400, 3, 0)) < 0.75
    assert accuracy((2, 30, 3), spirals(400, 3, 0)) > 0.9
