"""The demos of chapter 04 without a browser."""

from itertools import combinations

import numpy as np
import pytest

from mlp_lib import calculus
from mlp_lib.demos import step_through, two_layer_regions
from mlp_lib.demos.parts.live_figure import new_figure
from mlp_lib.demos.parts.plane import Plane
from mlp_lib.demos.parts.two_layer_passes import OPERATIONS, in_tex, passes, read_by, tiny_network
from mlp_lib.networks import ELEMENTWISE, MLP, softmax
from mlp_lib.plotting import unit_lines
from tests.demos.steps import train_by_button

GIVEN = tiny_network(np.random.default_rng(0))


@pytest.fixture
def walk():
    return step_through()


@pytest.fixture
def regions():
    made = two_layer_regions(n=60, hidden=5)
    yield made
    made.pause()


# -- the two passes -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_passes_are_those_of_the_network(name):
    found = passes(GIVEN, ELEMENTWISE[name])
    net = MLP((5, 3, 2), ELEMENTWISE[name], dtype=np.float64)
    for own, given in zip(net.W + net.b, ("W1", "W2", "b1", "b2")):
        own[:] = found[given]
    loss, dW, db = net.gradients(GIVEN["X"], GIVEN["Y"])
    np.testing.assert_allclose(found["L"], [[loss]])
    for own, theirs in zip((*dW, *db), ("dW1", "dW2", "db1", "db2")):
        np.testing.assert_allclose(np.atleast_2d(own), found[theirs], atol=1e-12)


def test_every_gradient_has_the_shape_of_its_array_and_the_measured_slope():
    found = passes(GIVEN, ELEMENTWISE["relu"])
    for name in ("W1", "b1", "W2", "b2"):
        def loss(value, name=name):
            return passes({**GIVEN, name: value}, ELEMENTWISE["relu"])["L"][0, 0]

        calculus.check_gradient(loss, found[name], found["d" + name])
    for name in ("A1", "H1", "A2"):
        assert found["d" + name].shape == found[name].shape


def test_the_sizes_all_differ():
    assert sorted({size for name in ("X", "W2") for size in GIVEN[name].shape}) == [2, 3, 4, 5]


@pytest.mark.parametrize("seed", range(5))
def test_drawn_numbers_stay_off_the_corner_and_leave_every_unit_something_to_learn(seed):
    found = passes(tiny_network(np.random.default_rng(seed)), ELEMENTWISE["relu"])
    assert np.abs(found["A1"]).min() >= 0.5
    assert np.abs(found["dW1"]).max(axis=0).min() > 0.05
    assert found["P"].min() > 0.05


@pytest.mark.parametrize(("name", "tex"), [
    ("X", "X"), ("Xᵀ", "X^T"), ("dW1", "dW^{(1)}"), ("H1ᵀ", "(H^{(1)})^T"), ("1ᵀ", r"\mathbf{1}^T"),
    ("f'", r"NAME\,'(A^{(1)})"), ("L", "L"),
])
def test_arrays_have_names_in_tex(name, tex):
    assert in_tex(name) == tex


# -- step through -------------------------------------------------------------------------


def test_every_step_draws_and_makes_the_array_it_names(walk):
    for number, operation in enumerate(OPERATIONS, start=1):
        walk.controls["step"].value = number
        rows, columns = walk.arrays[operation.result].shape
        way = "forward" if number <= 5 else "backward"
        text = f"Step {number} of 12, {way}: {operation.result} is {rows}×{columns}, from"
        assert walk.caption.text.startswith(text)
        assert (walk.controls["i"].max, walk.controls["j"].max) == (rows, columns)


def test_no_step_reads_what_is_not_there_yet():
    known = {"X", "W1", "b1", "W2", "b2", "Y", "1"}
    for operation in OPERATIONS:
        assert read_by(operation) <= known
        known.add(operation.result)


def test_the_sum_of_an_entry_is_written_out(walk):
    walk.controls["i"].value, walk.controls["j"].value = 2, 3
    terms = walk.caption.text.split("column 3: ")[1].rstrip(".").replace("−", "-").replace("·", "*")
    made, value = terms.split(" = ")
    assert eval(made) == float(value) == walk.arrays["A1"][1, 2]


@pytest.mark.parametrize(("step", "lit"), [(1, {"A1": 1, "X": 5, "W1": 5, "b1": 1}),
                                           (4, {"P": 1, "A2": 2}), (5, {"L": 1, "Y": 4, "P": 4}),
                                           (10, {"dA1": 1, "f'": 1, "dH1": 1})])
def test_what_an_entry_is_made_of_lights_up(walk, step, lit):
    walk.controls["step"].value = step
    assert {name: len(patch.get_paths()) for name, patch in walk.lights.items()} == lit


class Logarithm:
    """``log ** P`` binds its operand as tightly as it is read."""

    def __pow__(self, array):
        return np.log(array)


PYTHON = {r"\frac{1}{4}\,": "1 / 4 * ", r"\sum\,": "np.sum", r"\;\log": " log **", r"\odot": "*",
          r"\cdot": "@", r"\mathbf{1}": "ones @ ", r"\mathrm{softmax}": "softmax", r"\,": "",
          r"\;": "", "$": ""}


def as_python(walk, activation):
    """The picture of a step, read from left to right and then the line below: both sides."""
    pieces = [((text.get_position()[1] > 4.5, text.get_position()[0]), text.get_text())
              for text in walk.signs]
    pieces += [((table.corner[1] > 4.5, table.corner[0]), f"of[{name!r}]")
               for name, table in walk.tables.items()]
    formula = "".join(text for _, text in sorted(pieces))
    named = r"\mathrm{" + activation.replace("_", r"\ ") + "}"
    for tex, python in {named: "act", **PYTHON}.items():
        formula = formula.replace(tex, python)
    return formula.split("=")


@pytest.mark.parametrize(("step", "activation"), [*((step, "relu") for step in range(1, 13)),
                                                  (2, "leaky_relu"), (10, "sigmoid")])
def test_what_stands_between_the_tables_is_the_whole_formula(walk, step, activation):
    walk.controls["activation"].value, walk.controls["step"].value = activation, step
    names = {"np": np, "log": Logarithm(), "softmax": softmax, "ones": np.ones((4, 1)),
             "act": ELEMENTWISE[activation], "of": walk.arrays}
    left, right = (np.atleast_2d(eval(side, names)) for side in as_python(walk, activation))
    assert left.shape == right.shape
    np.testing.assert_allclose(left, right)


@pytest.mark.parametrize("step", [1, 2, 4, 5, 6, 10])
def test_no_sign_lies_on_a_table(walk, step):
    walk.controls["activation"].value, walk.controls["step"].value = "leaky_relu", step
    ax, renderer = walk.equation, walk.live.figure.canvas.get_renderer()
    for sign in walk.signs:
        box = sign.get_window_extent(renderer).transformed(ax.transData.inverted())
        for table in walk.tables.values():
            (x, y), (rows, columns) = table.corner, table.shape
            beside = box.x1 <= x or box.x0 >= x + columns
            assert beside or not y < sign.get_position()[1] < y + rows
        assert ax.get_xlim()[0] < box.x0 < box.x1 < ax.get_xlim()[1]


@pytest.mark.parametrize("room", [(800, 480), (500, 274), (274, 380)], ids=str)
def test_no_text_lies_on_another_in_any_room(walk, room):
    walk.caption.room = room
    for step in range(1, len(OPERATIONS) + 1):
        walk.controls["step"].value = step
        renderer = walk.live.figure.canvas.get_renderer()
        boxes = {text: text.get_window_extent(renderer) for ax in (walk.map, walk.equation)
                 if ax.get_visible() for text in ax.texts if text.get_text().strip()}
        for (one, a), (other, b) in combinations(boxes.items(), 2):
            assert not a.padded(-0.6).overlaps(b.padded(-0.6)), (step, one, other)


def test_back_in_a_large_room_it_looks_as_it_did(walk):
    before = walk.live.image.value
    for room in ((500, 274), (274, 380)):
        walk.caption.room = room
        assert walk.live.image.value != before
    walk.caption.room = (800, 480)
    assert walk.live.image.value == before


def test_next_and_back_stop_at_the_ends(walk):
    walk.back()
    assert walk.controls["step"].value == 1
    for _ in range(15):
        walk.next()
    assert walk.controls["step"].value == 12
    walk.back()
    assert walk.caption.text.startswith("Step 11 of 12, backward: dW1")


def test_another_activation_changes_the_arrays_and_the_formula(walk):
    walk.controls["step"].value = 10
    walk.controls["activation"].value = "leaky_relu"
    np.testing.assert_allclose(np.unique(walk.arrays["f'"]), [0.1, 1])
    assert any("leaky" in text.get_text() for text in walk.equation.texts)


def test_new_numbers_are_other_numbers(walk):
    before, picture = walk.arrays["X"].copy(), walk.live.image.value
    walk.renew()
    assert not np.array_equal(walk.arrays["X"], before)
    assert walk.live.image.value != picture


def test_the_still_picture_says_what_it_shows(walk):
    assert "Step 1 of 12" in walk.still().alt


# -- regions ------------------------------------------------------------------------------


def test_a_step_trains_and_moves_regions_lines_and_curve(regions):
    before = regions.plane.regions.get_array().copy(), regions.lines.get_segments()[0].copy()
    regions.step()
    assert regions.done == 10
    assert not np.array_equal(regions.plane.regions.get_array(), before[0])
    assert not np.allclose(regions.lines.get_segments()[0], before[1])
    assert list(regions.curve.get_xdata()) == [10]
    assert "Step 10: loss" in regions.caption.text


def test_start_learns_until_pause(regions):
    first = regions.model.loss(regions.X, regions.labels)
    train_by_button(regions, batches=300)
    assert regions.model.loss(regions.X, regions.labels) < 0.7 * first
    assert "Paused." in regions.caption.text


def test_the_rate_acts_at_once_and_a_new_width_starts_over(regions):
    regions.step()
    regions.settings["rate"].value = 3
    assert (regions.optimizer.learning_rate, regions.done) == (3, 10)
    regions.settings["hidden"].value, regions.settings["activation"].value = 50, "tanh"
    assert (regions.done, regions.model.sizes, regions.model.hidden.name) == (0, (2, 50, 3), "tanh")
    assert len(regions.lines.get_segments()) == 50


def test_dead_units_are_counted(regions):
    regions.model.b[0][:2] = -100
    regions.draw()
    assert "2 of 5 hidden units are dead" in regions.caption.text


def test_too_large_a_step_is_told(regions):
    regions.settings["activation"].value = "identity"
    regions.settings["rate"].value = 100
    for _ in range(200):
        if regions.message:
            break
        regions.step()
    assert "The training broke down." in regions.caption.text
    assert np.isfinite(regions.model.theta).all()


def test_the_still_picture_is_of_a_trained_network_and_the_demo_starts_afresh(regions):
    assert "Step 1,000" in regions.still().alt
    assert regions.done == 0


def test_the_curve_is_thinned_before_it_grows_without_end(regions):
    regions.settings["pace"].value = 1
    for _ in range(1001):
        regions.learn()
    regions.draw()
    assert len(regions.points) == 501
    assert regions.points[-1][0] == regions.done


# -- the plane ----------------------------------------------------------------------------


def test_a_sure_class_has_its_own_colour_everywhere(regions):
    plane = Plane(new_figure(300, 300).subplots(), regions.X, regions.labels, steps=7)
    plane.colour(lambda points: np.tile([0.0, 1.0, 0.0], (len(points), 1)))
    colours = plane.regions.get_array().reshape(-1, 3)
    assert colours.shape == (49, 3)
    assert np.ptp(colours, axis=0).max() < 1e-12
    assert colours[0].argmax() == 0  # class 1 is vermilion


def test_unit_lines_lie_where_the_scores_are_zero():
    rng = np.random.default_rng(1)
    W, b = rng.normal(size=(2, 6)), rng.normal(size=6)
    ends = unit_lines(W, b, reach=3)
    for k in range(6):
        np.testing.assert_allclose(ends[k] @ W[:, k] + b[k], 0, atol=1e-9)
        assert np.linalg.norm(ends[k, 1] - ends[k, 0]) == pytest.approx(6)
    assert np.isfinite(unit_lines(np.zeros((2, 3)), np.ones(3))).all()
    with pytest.raises(ValueError, match=r"got \(3, 2\), \(2,\)"):
        unit_lines(np.zeros((3, 2)), np.zeros(2))
