"""Demos of chapter 08: their numbers agree with the core's."""

import re

import numpy as np
import pytest

from mlp_lib import datasets, linear_algebra
from mlp_lib.demos import circle_to_ellipse, condition_wobble, rank_slider, rayleigh_circle
from mlp_lib.demos.rayleigh_circle import SYMMETRIC
from tests.demos.steps import set_all

DEMOS = [circle_to_ellipse, condition_wobble, rayleigh_circle, rank_slider]


def tip(arrow):
    """Where an arrow from the origin ends."""
    start, end = arrow._posA_posB
    assert tuple(start) == (0, 0)
    return np.array(end)


@pytest.mark.parametrize("make", DEMOS, ids=lambda make: make.__name__)
def test_every_demo_fits_keeps_its_background_and_tells_what_it_shows(make):
    demo = make()
    demo.draw()
    assert not demo.live.figure.stale, "something static is drawn anew each time"
    width, height = demo.live.figure.bbox.size
    assert width <= 800
    assert height <= 480
    assert demo.still().alt == f"Demo: {demo.caption.name}. {demo.caption.text}"
    assert re.search(r"\d.*\.$", demo.caption.text, re.DOTALL)
    assert not demo.caption.failed


@pytest.mark.parametrize("make", DEMOS, ids=lambda make: make.__name__)
def test_every_slider_moves_the_picture_and_the_words(make):
    demo = make()
    for control in demo.controls.values():
        before = demo.live.image.value, demo.caption.text
        if hasattr(control, "max"):
            control.value = control.max if control.value != control.max else control.min
        else:
            options = [getattr(option, "value", option) for option in control.options]
            values = [value[1] if isinstance(value, tuple) else value for value in options]
            control.value = next(value for value in values[::-1] if value != control.value)
        assert demo.live.image.value != before[0]
        assert demo.caption.text != before[1]


@pytest.mark.parametrize("A", [[[1.0, -1.0], [1.5, 0.5]], [[2, 0], [0, 0.5]], [[0, 1], [1, 0]],
                               [[1, 2], [0.5, 1]], [[0, 0], [0, 0]], [[-1, 0.3], [0.2, -2]]])
def test_the_arrows_are_singular_vectors(A):
    demo = circle_to_ellipse(A)
    A = np.array(A, dtype=float)
    v, su = (np.array([tip(arrow) for arrow in arrows]).T for arrows in (demo.v, demo.su))
    np.testing.assert_allclose(v.T @ v, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(A @ v, su, atol=1e-12)
    lengths = np.linalg.norm(su, axis=0)
    np.testing.assert_allclose(lengths, np.linalg.svd(A).S, atol=1e-12)
    assert f"σ₁ = {lengths[0]:.3f}" in demo.caption.text
    around = np.linalg.norm(np.column_stack(demo.curve.get_data()), axis=1)
    assert lengths[1] - 1e-9 <= around.min() <= around.max() <= lengths[0] + 1e-9


@pytest.mark.parametrize(("A", "words"), [
    ([[0, -1], [1, 0]], "No real eigenvector"),
    ([[2, 0], [0, -1]], "Real eigenvalues: 2.000 and −1.000."),
    ([[1, 2], [0.5, 1]], "the ellipse is flat and A is singular"),
    ([[2, 0], [0, 0.5]], "condition number 4."),
])
def test_the_caption_names_the_kind_of_matrix(A, words):
    assert words in circle_to_ellipse(A).caption.text


def test_sliders_and_handles_follow_each_other():
    demo = circle_to_ellipse()
    set_all(demo, a12=0.25)
    np.testing.assert_array_equal(demo.pad.points, [[1.0, 1.5], [0.25, 0.5]])
    demo.pad.set_state({"points": [[1.234567, 1.5], [0.25, 2.9]], "moved": 1, "moves": 1})
    np.testing.assert_array_equal(demo.A, [[1.234567, 0.25], [1.5, 2.9]])  # not rounded, not cut
    shown = [demo.controls[name].value for name in ("a11", "a12", "a21", "a22")]
    np.testing.assert_allclose(shown, [1.234567, 0.25, 1.5, 2.0], atol=0.006)
    set_all(demo, a21=-1)
    np.testing.assert_array_equal(demo.A, [[1.234567, 0.25], [-1, 2.9]])  # the others stay
    assert "−1.00 2.90" in demo.caption.text


@pytest.mark.parametrize(("A", "message"), [
    (np.eye(3), r"need A \(2, 2\).* got \(3, 3\)"),
    ([[5.0, 0], [0, 1]], "entries up to 2"),
    ([[np.nan, 0], [0, 1]], "not finite"),
])
def test_matrices_that_cannot_be_shown_are_refused(A, message):
    with pytest.raises(ValueError, match=message):
        circle_to_ellipse(A)


@pytest.mark.parametrize("condition", [1, 20, 1000])
@pytest.mark.parametrize("turn", [0, 45, 90])
def test_the_wobble_keeps_below_the_bound_and_reaches_it_along_u1(condition, turn):
    demo = condition_wobble(condition, share=2)
    set_all(demo, turn=turn)
    moved = float(re.search(r"x moves by up to ([\d.e+]+) %", demo.caption.text)[1])
    assert moved <= 2 * condition * 1.001
    if turn == 0:
        assert moved == pytest.approx(2 * condition, rel=1e-2)
    if turn == 90:
        assert moved == pytest.approx(2, rel=1e-2)


def test_the_solutions_shown_solve_the_right_sides_shown():
    demo = condition_wobble(10, share=5)
    set_all(demo, turn=30)
    (_, right), (_, solutions) = demo.right, demo.solutions
    b, x = (np.array(cloud.get_data()) for cloud in (right, solutions))
    A = (demo.U * [1, 0.1]) @ demo.V.T
    assert linear_algebra.condition_number(A) == pytest.approx(10)
    factors = (A @ x) / b
    np.testing.assert_allclose(factors, factors[0, 0])  # x is drawn in units of its length


@pytest.mark.parametrize("name", SYMMETRIC)
def test_the_quotient_on_the_curve_is_the_core_s(name):
    demo = rayleigh_circle(name)
    M, x = np.array(SYMMETRIC[name]), np.array([np.cos(np.radians(75)), np.sin(np.radians(75))])
    set_all(demo, angle=75)
    quotient = linear_algebra.rayleigh_quotient(M, x)
    assert demo.now.get_ydata()[0] == pytest.approx(quotient)
    assert f"is {quotient:.3f}".replace("-", "−") in demo.caption.text
    np.testing.assert_allclose(tip(demo.image), M @ x, atol=1e-12)
    low, high = np.linalg.eigvalsh(M)
    values = demo.curve.get_ydata()
    assert low == pytest.approx(min(values), abs=2e-3)
    assert high == pytest.approx(max(values), abs=2e-3)


def test_an_eigenvector_is_named():
    demo = rayleigh_circle("(2 1; 1 2)", angle=45)
    assert "an eigenvector, and the curve is level" in demo.caption.text
    assert "is 3.000, between 1.000 and 3.000" in demo.caption.text
    set_all(demo, angle=0)
    assert "Mx leaves the line of x by 27°." in demo.caption.text


@pytest.mark.parametrize("k", [1, 20, 563])
def test_the_error_is_what_was_cut_off_and_the_bytes_are_counted(k):
    demo = rank_slider(rank=k)
    grey = datasets.load_photograph("leuvenA").mean(axis=2)
    cut = np.sqrt(np.sum(demo.s[k:].astype(float) ** 2) / np.sum(demo.s.astype(float) ** 2))
    assert demo.now.get_ydata()[0] == pytest.approx(cut, rel=2e-3, abs=1e-3)  # float16 beside it
    assert f"{2 * k * sum(grey.shape):,} bytes" in demo.caption.text
    shown = np.asarray(demo.picture.get_array())
    assert np.linalg.norm(grey - shown) / np.linalg.norm(grey) == pytest.approx(
        demo.now.get_ydata()[0], rel=1e-3)


def test_one_s_own_picture_is_taken_grey_or_in_colour():
    picture = np.random.default_rng(4).random((12, 17, 3))
    for given in (picture, picture.mean(axis=2)):
        assert "Rank 3 of 12" in rank_slider(given, rank=3).caption.text
    with pytest.raises(ValueError, match=r"need a rank in 1..12; got 13"):
        rank_slider(picture, rank=13)


def test_a_rank_between_two_and_a_black_picture_are_refused():
    with pytest.raises(ValueError, match=r"need a rank in 1..3; got 1.5"):
        rank_slider(np.ones((3, 4)), rank=1.5)
    with pytest.raises(ValueError, match="with light in it; got zeros alone"):
        rank_slider(np.zeros((3, 4)), rank=1)
