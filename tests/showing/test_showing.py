"""What the pages show of a check: right, rounded, and refused where it is not so."""

import re

import numpy as np
import pytest

from mlp_lib import showing
from mlp_lib.showing import tables

A = np.arange(12.0).reshape(4, 3) / 7


def test_two_sides_that_agree_stand_beside_each_other():
    shown = showing.same("dL/dW", formula=A, measured=A + 5e-10)
    text = repr(shown)
    assert text.splitlines()[0] == "✓ dL/dW: 4 × 3, largest difference below 1e-9"
    assert text.splitlines()[1].split() == ["formula", "measured"]
    assert text.splitlines()[3].split() == ["0.429", "0.571", "0.714"] * 2
    assert shown._repr_html_().count("<table") == 2


def test_sides_that_differ_are_refused_with_both_numbers():
    with pytest.raises(AssertionError, match=r"at entry 2, 1 formula is 1, measured is 1\.5"):
        showing.same("W", formula=A, measured=A + 0.5 * (np.arange(12).reshape(4, 3) == 7))
    with pytest.raises(AssertionError, match=r"4 × 3, .* is 3 × 4"):
        showing.same("W", formula=A, measured=A.T)
    with pytest.raises(AssertionError):
        showing.same("W", formula=A, measured=np.full_like(A, np.nan))


def test_one_side_is_no_comparison():
    with pytest.raises(ValueError, match="two sides were wanted; got formula"):
        showing.same("W", formula=A)
    with pytest.raises(ValueError, match="two sides were wanted"):
        showing.differs("W", a=A, b=A + 1, c=A)


def test_a_misprint_is_shown_with_the_first_entry_that_differs():
    shown = showing.differs("sum", as_printed=A, right=A + (A > 1) * 0.1)
    assert repr(shown).startswith("✗ sum: the first that differs is entry 2, 2\nas printed")
    assert shown._repr_html_().count("outline") == 2
    assert "4 × 3" in repr(showing.differs("shape", as_printed=A, right=A.T))
    with pytest.raises(AssertionError, match="agree, and should not"):
        showing.differs("sum", as_printed=A, right=A)


@pytest.mark.parametrize("shape", [(3, 2), (30, 7)])
def test_a_gradient_stands_beside_what_is_measured(shape):
    X = np.random.default_rng(0).normal(size=shape)
    shown = showing.slopes("squares", lambda X: np.sum(X**2), X, 2 * X)
    (_, formula), (_, measured) = shown.sides
    assert formula == measured
    with pytest.raises(AssertionError):
        showing.slopes("squares", lambda X: np.sum(X**2), X, 2.01 * X)


def test_an_order_is_a_line_of_numbers():
    steps = np.array([0.1, 0.01, 0.001])
    assert "order 2.0" in repr(showing.order("remainder", steps, 3 * steps**2, 2))
    with pytest.raises(AssertionError, match=r"order 1\.00, wanted 2"):
        showing.order("remainder", steps, steps, 2)
    with pytest.raises(ValueError, match="above 0"):
        showing.order("remainder", steps, 0 * steps, 2)


def test_a_differential_is_shown_by_what_it_leaves():
    X, dX = A[:3], np.cos(A[:3])
    right = X @ dX + dX @ X
    assert "✓ d(X²): order 2.0" in repr(showing.remainder("d(X²)", lambda X: X @ X, X, dX, right))
    shown = showing.remainder("2 X dX", lambda X: X @ X, X, dX, 2 * X @ dX, wrong=True)
    assert "✗ 2 X dX: order 1.0, so a linear part is missing" in repr(shown)
    with pytest.raises(AssertionError, match=r"order 1\.0\d, wanted 2"):
        showing.remainder("2 X dX", lambda X: X @ X, X, dX, 2 * X @ dX)
    with pytest.raises(AssertionError, match="no misprint"):
        showing.remainder("d(X²)", lambda X: X @ X, X, dX, right, wrong=True)
    assert "nothing is left" in repr(showing.remainder("2 dX", lambda X: 2 * X, X, dX, 2 * dX))


def test_what_does_not_fit_says_so_in_its_own_words():
    shown = showing.refused("B @ A", lambda: np.ones((4, 5)) @ np.ones((3, 4)))
    assert repr(shown).startswith("✗ B @ A: ValueError: matmul")
    with pytest.raises(AssertionError, match="not refused"):
        showing.refused("A @ B", lambda: np.ones((3, 4)) @ np.ones((4, 5)))


def test_a_large_array_is_shown_by_its_corner():
    text = repr(showing.same("X", one=np.ones((9, 12), int), other=np.ones((9, 12), int)))
    assert "9 × 12, exactly equal" in text
    assert text.count("…") == 2 * tables.ROWS
    assert len(text.splitlines()) == 2 + tables.ROWS + 1


@pytest.mark.parametrize(("values", "texts"), [
    ([1.5, -1e-17, 0.12345], ["1.500", "0.000", "0.123"]),
    ([1234.5, 0.2], ["1234", "0"]),
    ([3e-7, 0], ["3.000e-07", "0.000e+00"]),
    ([5, -2], ["5", "-2"]),
    ([-4e-16, 5e-15], ["0", "0"]),
])
def test_numbers_are_rounded_by_the_largest_so_that_no_noise_is_seen(values, texts):
    places = tables.decimals(np.array(values))
    assert [tables.written(value, places) for value in values] == texts


def test_text_in_a_table_is_no_markup():
    shown = showing.same("<script>", **{"a<b": 1.0, "b": 1.0})
    assert not re.search(r"<script|a<b", shown._repr_html_())
