"""The camel: its published minima, symmetry, measured slopes, and points of a wrong shape."""

import re

import numpy as np
import pytest

from mlp_lib.calculus import derivative, gradient, hessian
from mlp_lib.surfaces import six_hump_camel, six_hump_camel_gradient

ALL = (six_hump_camel, six_hump_camel_gradient)
POINTS = np.random.default_rng(1).uniform((-2, -1), (2, 1), size=(3, 4, 2))


def test_values_computed_by_hand():
    assert six_hump_camel([0.0, 0.0]) == 0
    assert six_hump_camel([0.0, 1.0]) == 0
    assert six_hump_camel([2.0, 1.0]) == pytest.approx(86 / 15)
    np.testing.assert_array_equal(six_hump_camel_gradient([0, 1]), [1, 8])


@pytest.mark.parametrize(("point", "value"), [
    ((0.089842, -0.712656), -1.031628453),
    ((1.703607, -0.796084), -0.215463824),
    ((1.607105, 0.568651), 2.104250310),
])
def test_the_published_minima_and_their_mirror_images(point, value):
    for x in (np.array(point), -np.array(point)):
        assert six_hump_camel(x) == pytest.approx(value, abs=1e-9)
        np.testing.assert_allclose(six_hump_camel_gradient(x), 0, atol=2e-5)
        assert np.linalg.eigvalsh(hessian(six_hump_camel, x)).min() > 0


def test_derivatives_agree_with_measured_slopes():
    for x in POINTS.reshape(-1, 2):
        np.testing.assert_allclose(six_hump_camel_gradient(x), gradient(six_hump_camel, x),
                                   rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(derivative(six_hump_camel_gradient, x),
                                   hessian(six_hump_camel, x), atol=1e-5)


@pytest.mark.parametrize(("f", "added"), list(zip(ALL, [(), (2,)])))
def test_many_points_are_written_like_one(f, added):
    values = f(POINTS)
    assert values.shape == (3, 4, *added)
    for at in np.ndindex(3, 4):
        np.testing.assert_array_equal(values[at], f(POINTS[at]))


@pytest.mark.parametrize(("f", "sign"), list(zip(ALL, [1, -1])))
def test_turning_the_plane_by_half_changes_nothing(f, sign):
    np.testing.assert_allclose(f(-POINTS), sign * f(POINTS), rtol=1e-14)


@pytest.mark.parametrize("f", ALL)
def test_whole_numbers_do_not_overflow_and_float32_stays(f):
    np.testing.assert_array_equal(f(np.array([100, -100], np.int8)), f([100.0, -100.0]))
    assert f(POINTS.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("f", ALL)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0)])
def test_points_of_a_wrong_shape_are_named(f, shape):
    with pytest.raises(ValueError, match=re.escape(f"points of shape (..., 2); got {shape}")):
        f(np.zeros(shape))


def test_words_are_refused():
    with pytest.raises(ValueError, match="need numbers in x; got <U1"):
        six_hump_camel(["a", "b"])


def test_an_empty_set_of_points_has_no_values():
    assert six_hump_camel(np.zeros((0, 2))).shape == (0,)
