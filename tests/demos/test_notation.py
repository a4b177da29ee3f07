"""The demo of appendix A without a browser."""

import numpy as np
import pytest

from mlp_lib import calculus
from mlp_lib.demos import switch_convention
from mlp_lib.demos.parts.conventions import CONVENTIONS, RATE, written
from mlp_lib.networks import MLP, losses

RNG = np.random.default_rng(3)
N, D, C = 7, 5, 3
X, Y, W = RNG.normal(size=(N, D)), np.eye(C)[RNG.integers(C, size=N)], RNG.normal(size=(D, C))
ROWS = ("000", "001", "002")
COLUMNS = ("003", "004")


@pytest.fixture
def demo():
    return switch_convention()


def library():
    layer = MLP((D, C), dtype=np.float64)
    layer.W[0][:] = W
    return layer.gradients(X, Y)[1][0]


# -- the five conventions -----------------------------------------------------------------


@pytest.mark.parametrize("name", ROWS)
def test_rows_hold_the_batch_and_differ_by_a_factor_alone(name):
    found = written(CONVENTIONS[name], X, Y, W)
    np.testing.assert_allclose(found["dW"], library() * (N if name == "002" else 1))
    factor = N if name == "000" else 1
    np.testing.assert_allclose(found["d"], (found["P"] - Y) / factor)
    assert found["X"].shape == (N, D)
    assert found["W"].shape == found["new"].shape == (D, C)


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_hold_one_sample_and_their_mean_is_the_library_s_transposed(name):
    of_each = [written(CONVENTIONS[name], X, Y, W, sample) for sample in range(N)]
    assert of_each[2]["X"].shape == (D, 1)
    assert of_each[2]["dW"].shape == of_each[2]["W"].shape == (C, D)
    np.testing.assert_allclose(np.mean([one["dW"] for one in of_each], axis=0), library().T)
    np.testing.assert_allclose(of_each[4]["mean"], library().T)
    for sample, one in enumerate(of_each):
        def loss(V, sample=sample):
            return losses.cross_entropy((V @ X[[sample]].T).T, Y[[sample]])

        calculus.check_gradient(loss, W.T, one["dW"])


@pytest.mark.parametrize("name", CONVENTIONS)
def test_all_of_them_make_the_same_step(name):
    new = written(CONVENTIONS[name], X, Y, W)["new"]
    np.testing.assert_allclose(new.T if name in COLUMNS else new, W - RATE * library())


# -- the demo -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_convention_draws_its_own_formulas_and_says_what_differs(demo, name):
    demo.controls["document"].value = name
    convention = CONVENTIONS[name]
    drawn = [text.get_text() for text in demo.page.texts]
    assert {f"${line}$" for line in convention.tex} <= set(drawn)
    assert {f"${array}$" for array in convention.names} <= set(drawn)
    text = demo.caption.text
    assert text.startswith(f"{name}, {convention.name}: a sample is a ")
    assert ("a column" in text) == (name in COLUMNS)
    assert ("count from 0" in text) == (name == "002")
    assert f"1/N stands in the {convention.mean_in}" in text


def entry(demo):
    """Entry of dW that the caption names, and the number that it gives; the library's number."""
    text = demo.caption.text
    place = text.split("is entry (")[1].split(")")[0].split(", ")
    value, library = text.split("): ")[1].split(",")[0], text.rstrip(".").split(" = ")[1]
    return tuple(map(int, place)), *(float(n.replace("−", "-")) for n in (value, library))


@pytest.mark.parametrize(("name", "place"), [("000", (3, 2)), ("001", (3, 2)), ("002", (2, 1)),
                                             ("003", (2, 3)), ("004", (2, 3))])
def test_the_caption_names_the_same_weight_in_each(demo, name, place):
    for control, value in (("document", name), ("i", 3), ("j", 2), ("sample", 4)):
        demo.controls[control].value = value
    named, value, library = entry(demo)
    base = CONVENTIONS[name].base
    assert named == place
    assert value == pytest.approx(demo.arrays["dW"][place[0] - base, place[1] - base], rel=5e-3)
    assert library == pytest.approx(demo.library[2, 1], rel=5e-3)


def test_the_same_weight_is_lit_in_every_table(demo):
    for name in CONVENTIONS:
        demo.controls["document"].value = name
        lit = demo.lights["entry"].get_paths()
        tables = 5 if "mean" in demo.tables else 4  # one weight in each of W, dW, new, library
        made_of = 2 if name in COLUMNS else 4 + 4   # and the numbers that its slope is made of
        assert len(lit) == tables + made_of


def test_another_sample_changes_the_numbers_of_a_column_and_only_the_light_of_a_row(demo):
    before = demo.arrays["d"].copy(), demo.live.image.value
    demo.controls["sample"].value = 2
    np.testing.assert_array_equal(demo.arrays["d"], before[0])
    assert demo.live.image.value != before[1]
    demo.controls["document"].value = "003"
    second = demo.arrays["d"].copy()
    demo.controls["sample"].value = 3
    assert not np.allclose(demo.arrays["d"], second)


def test_moving_a_light_keeps_the_background(demo):
    demo.controls["i"].value = 3
    assert not demo.live.figure.stale


def test_the_still_picture_says_what_it_shows(demo):
    picture = demo.still()
    assert picture.data.startswith(b"\x89PNG")
    assert picture.alt.startswith(
        "Demo: Switch the convention. 000, the survival guide: a sample is a row")


def test_the_numbers_of_the_example_tell_the_entries_apart(demo):
    assert len({round(abs(g), 2) for g in demo.library[:, 0]}) == 3
    assert np.abs(demo.library).min() > 0.2
