"""Demos of chapter 01: their numbers agree with the core's."""

import asyncio
import re
import time

import numpy as np
import pytest

from mlp_lib import calculus
from mlp_lib.demos import chain_graph, descend_camel, matrix_product, secant_to_tangent
from mlp_lib.demos.chain_graph import inner as INNER
from mlp_lib.demos.chain_graph import outer as OUTER
from mlp_lib.demos.descend_camel import _minima
from mlp_lib.demos.secant_to_tangent import FUNCTIONS
from mlp_lib.surfaces import six_hump_camel, six_hump_camel_gradient
from tests.demos.steps import set_all, until


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("rule", ["one-sided", "central"])
def test_the_secant_has_the_slope_of_its_two_points(name, rule):
    demo = secant_to_tangent(name, at=0.5)
    set_all(demo, rule=rule, log_h=-1)
    x, f = demo.ends.get_xdata(), FUNCTIONS[name]
    assert x[1] - x[0] == pytest.approx(0.1 if rule == "one-sided" else 0.2)
    rise = (f(x[1]) - f(x[0])) / (x[1] - x[0])
    assert np.diff(demo.secant.get_ydata())[0] / np.diff(demo.secant.get_xdata())[0] == (
        pytest.approx(rise))
    slope = float(calculus.derivative(f, 0.5))
    assert f"slope {slope:.6f}".replace("-", "−") in demo.caption.text
    assert demo.now.get_ydata()[0] == pytest.approx(abs(rise - slope), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("rule", "order"), [("one-sided", 1), ("central", 2)])
def test_the_error_curve_falls_with_the_order_of_the_rule(rule, order):
    demo = secant_to_tangent("exp x")
    set_all(demo, rule=rule)
    h, error = (np.asarray(data) for data in demo.errors.get_data())
    seen = (h > 1e-4) & (h < 1e-2)
    fitted = np.polyfit(np.log(h[seen]), np.log(error[seen]), 1)[0]
    assert fitted == pytest.approx(order, abs=0.02)


def test_a_step_that_is_too_small_is_said_to_lose_to_rounding():
    demo = secant_to_tangent("sin x", at=1.0)
    set_all(demo, log_h=-14)
    assert "rounding wins" in demo.caption.text
    set_all(demo, log_h=-2)
    assert re.search(r"divide the error by (9\.\d+|10(\.\d+)?)\.", demo.caption.text)


def test_a_secant_over_a_parabola_that_is_exact_is_said_to_be():
    demo = secant_to_tangent("x² − 4x + 3", at=2.0)
    set_all(demo, rule="central", log_h=0)
    assert "agree to rounding" in demo.caption.text


def test_every_entry_of_the_product_is_written_out():
    A, B = np.array([[2, -1, 0], [4, 5, -3]]), np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 1, 2, 3]])
    demo = matrix_product(A, B)
    for i in range(2):
        for j in range(4):
            set_all(demo, i=i + 1, j=j + 1)
            demo.reveal()
            total = demo.caption.text.partition(" is ")[2].rstrip(".")
            written = total.replace("−", "-").replace("·", "*").replace("=", "==")
            assert eval(written), total
            assert written.endswith(f"== {(A @ B)[i, j]}")
            assert written.count("*") == 3


def test_row_column_and_entry_are_lit_where_they_stand():
    demo = matrix_product(np.ones((2, 3), int), np.ones((3, 4), int))
    set_all(demo, i=2, j=3)
    counts = [len(patch.get_paths()) for patch in demo.lights]
    assert counts == [3, 3, 1]
    row, column, entry = (patch.get_paths() for patch in demo.lights)
    corner = entry[0].get_extents()
    assert {path.get_extents().y0 for path in row} == {corner.y0}     # in line with the row,
    assert {path.get_extents().x0 for path in column} == {corner.x0}  # and with the column


def test_new_matrices_keep_the_shapes_and_change_the_numbers():
    demo = matrix_product()
    demo.reveal()
    before = demo.A.copy(), demo.B.copy(), demo.caption.text
    demo.renew()
    assert not any(text.get_visible() for text in demo.tables[2]._texts)
    assert (demo.A.shape, demo.B.shape) == (before[0].shape, before[1].shape)
    assert not np.array_equal(demo.A, before[0])
    assert demo.caption.text != before[2]
    shown = [text.get_text().replace("−", "-") for text in demo.tables[2]._texts]
    np.testing.assert_array_equal([int(text) for text in shown], (demo.A @ demo.B).ravel())


def test_an_entry_of_the_product_is_secret_until_it_is_asked_for():
    A, B = np.array([[7, 1, 2], [3, 4, 5]]), np.array([[9, 1, 1, 1], [8, 1, 1, 1], [6, 1, 1, 1]])
    demo = matrix_product(A, B)
    assert "83" not in demo.caption.text
    assert "83" not in demo.sum.get_text()
    assert not any(text.get_visible() for text in demo.tables[2]._texts)
    demo.reveal()
    assert demo.caption.text.endswith("= 83.")
    set_all(demo, j=2)
    assert demo.caption.text.endswith("Compute it, then press Show it.")
    assert [text.get_visible() for text in demo.tables[2]._texts] == [True] + 7 * [False]


@pytest.mark.parametrize(("a", "b"), [((2, 3), (4, 2)), ((7, 2), (2, 2)), ((3,), (3, 3))])
def test_matrices_that_cannot_be_shown_are_refused_by_shape(a, b):
    with pytest.raises(ValueError, match=re.escape(f"got {a}, {b}")):
        matrix_product(np.ones(a), np.ones(b))


def test_the_path_is_gradient_descent():
    demo = descend_camel((0.5, -0.2), learning_rate=0.05)
    path = np.column_stack(demo.path.get_data())
    assert path.shape == (61, 2)
    np.testing.assert_allclose(path[1:], path[:-1] - 0.05 * six_hump_camel_gradient(path[:-1]),
                               atol=1e-12)
    np.testing.assert_allclose(demo.values.get_ydata(), six_hump_camel(path))


def test_the_six_minima_are_those_of_the_literature():
    found = np.array([x for x, _ in _minima()])
    assert found.shape == (6, 2)
    np.testing.assert_allclose(np.sort([f for _, f in _minima()]),
                               [-1.0316, -1.0316, -0.2155, -0.2155, 2.1043, 2.1043], atol=1e-4)
    np.testing.assert_allclose(six_hump_camel_gradient(found), 0, atol=1e-2)


@pytest.mark.parametrize(("start", "rate", "words"), [
    ((0.3, -0.5), 0.05, "one of the two lowest minima"),
    ((-1.2, 0.9), 0.05, "one of the two minima of middle height"),
    ((1.6, 0.5), 0.05, "one of the two highest minima"),
    ((2.0, 1.0), 0.5, "left the picture"),
    ((0.3, -0.5), 0.001, "has not settled"),
    ((0.0, 0.0), 0.05, "it is no minimum"),
])
def test_the_caption_names_where_the_descent_ends(start, rate, words):
    assert words in descend_camel(start, learning_rate=rate).caption.text


def test_a_drag_draws_the_newest_state_and_not_every_one(monkeypatch):
    demo, drawn = descend_camel(), []
    monkeypatch.setattr(demo.live, "draw", lambda: drawn.append(time.sleep(0.05)))

    async def drag():
        for x in np.linspace(-1, 1, 200):
            demo.pad.points = [[x, 0.5]]
            await asyncio.sleep(0)
        await until(lambda: "From (1.00, 0.50)" in demo.caption.text)

    asyncio.run(drag())
    assert 1 <= len(drawn) < 50


def test_dragging_the_start_moves_path_and_caption():
    demo = descend_camel()
    demo.pad.set_state({"points": [[1.0, -0.5]], "moved": 0, "moves": 1})
    assert demo.path.get_xdata()[0] == 1.0
    assert "From (1.00, −0.50)" in demo.caption.text


def number(text):
    return float(text.replace("−", "-"))


def test_the_slopes_along_a_way_multiply_and_ways_add():
    demo = chain_graph((0.3, -1.2, 0.7))
    gradient = calculus.gradient(lambda y: OUTER(INNER(y)), np.array([0.3, -1.2, 0.7]))
    for i, start in enumerate(("y1", "y2", "y3")):
        products = []
        for middle in ("f1", "f2"):
            demo.press(f"{start} {middle}")
            products.append(number(re.search(r"= (\S+)\.\n", demo.caption.text)[1]))
        demo.press(start)
        total, measured = re.findall(r"(?:=|measured:) ([−\d.]+\d)\.", demo.caption.text)
        assert number(total) == pytest.approx(sum(products), abs=2e-3)
        assert number(measured) == number(total) == pytest.approx(gradient[i], abs=1e-3)


def test_what_is_pressed_is_lit_to_the_end_with_its_slopes():
    demo = chain_graph()
    for target, lit in (("y2", {"y2 f1", "y2 f2", "f1 h", "f2 h"}), ("y3 f2", {"y3 f2", "f2 h"}),
                        ("f1 h", {"f1 h"})):
        demo.press(target)
        assert {name for name, line in zip(demo.targets[3:], demo.lines)
                if line.get_visible()} == lit
        for name, text in zip(demo.targets[3:], demo.factors):
            assert text.get_visible() == (name in lit)
    slopes = calculus.derivative(INNER, np.array([0.8, -1.5, 0.6]))
    written = [number(text.get_text()) for text in demo.factors[:6]]
    np.testing.assert_allclose(written, slopes.T.ravel(), atol=0.006)


def test_other_numbers_give_other_slopes_and_what_is_not_there_cannot_be_pressed():
    demo = chain_graph()
    before = demo.caption.text
    set_all(demo, y2=1.1)
    assert demo.caption.text != before
    with pytest.raises(ValueError, match="got 'y4'"):
        demo.press("y4")
