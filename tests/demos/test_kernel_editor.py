"""The kernel editor: fields, pictures and matrix agree with the core."""

import numpy as np
import pytest

from mlp_lib.demos import kernel_editor
from mlp_lib.demos.kernel_editor import OWN, PRESETS
from mlp_lib.networks import convolution_matrix, correlate


@pytest.fixture
def demo():
    return kernel_editor()


def shown(demo, name):
    return np.asarray(demo._images[name].get_array())


def frame(demo, name):
    """Left, top, width and height of a frame."""
    box = demo._lit[name].get_paths()[0].get_extents()
    return box.x0, box.y0, box.width, box.height


@pytest.mark.parametrize("picture", ["wall", "street", "digit"])
@pytest.mark.parametrize("preset", PRESETS)
def test_the_result_is_the_correlation_of_the_picture(demo, picture, preset):
    demo.controls["picture"].value, demo.controls["preset"].value = picture, preset
    np.testing.assert_allclose(demo.K, PRESETS[preset])
    before, after = shown(demo, "before"), shown(demo, "after")
    assert before.shape[0] * 5 == before.shape[1] * 4            # else it would be drawn distorted
    assert 0 <= before.min() < before.max() <= 1
    np.testing.assert_allclose(after, correlate(before, demo.K), atol=1e-6)


def test_the_matrix_takes_the_crop_to_the_result(demo):
    crop, K_hat = shown(demo, "crop x"), shown(demo, "matrix")
    assert K_hat.shape == (16, 36)
    np.testing.assert_array_equal(K_hat, convolution_matrix(demo.K, (6, 6)))
    np.testing.assert_allclose(K_hat @ crop.ravel(), shown(demo, "h").ravel(), atol=1e-6)
    assert crop.std() > 0.02                                     # there is something to see


@pytest.mark.parametrize("picture", ["wall", "street", "digit"])
def test_the_frame_on_the_picture_is_where_the_crop_was_cut(demo, picture):
    demo.controls["picture"].value = picture
    before = shown(demo, "before")
    x, y, width, height = (round(n * len(before) / 4) for n in frame(demo, "before"))
    np.testing.assert_array_equal(before[y : y + height, x : x + width], shown(demo, "crop x"))


@pytest.mark.parametrize(("place", "row", "column"), [(1, 0, 0), (4, 0, 3), (5, 1, 0), (16, 3, 3)])
def test_a_place_lights_patch_row_and_pixel(demo, place, row, column):
    demo.controls["place"].value = place
    assert frame(demo, "crop x") == (column - 0.5, row - 0.5, 3, 3)
    assert frame(demo, "h") == (column - 0.5, row - 0.5, 1, 1)
    assert frame(demo, "matrix") == (-0.5, place - 1.5, 36, 1)
    number = shown(demo, "h")[row, column]
    patch = shown(demo, "crop x")[row : row + 3, column : column + 3]
    assert number == pytest.approx((patch * demo.K).sum(), abs=1e-6)
    words = f"pixel ({row + 1}, {column + 1}) of h, {number:.3f}".replace("-", "−")
    assert words in demo.caption.text


def test_an_edited_number_makes_the_kernel_your_own_and_back(demo):
    demo.entries[4].value = 2.5
    assert demo.controls["preset"].value == OWN
    assert demo.K[1, 1] == 2.5
    expected = correlate(shown(demo, "before"), demo.K)
    np.testing.assert_allclose(shown(demo, "after"), expected, atol=1e-6)
    assert "(your own) add up to 2.5" in demo.caption.text
    demo.entries[4].value = 0
    assert demo.controls["preset"].value == "horizontal edges"


def test_a_preset_is_drawn_once_not_nine_times(demo, monkeypatch):
    drawn = []
    monkeypatch.setattr(demo.live, "draw", lambda: drawn.append(demo.K.tolist()))
    demo.controls["preset"].value = "outlines"
    assert len(drawn) <= 2
    assert drawn[-1] == [list(row) for row in PRESETS["outlines"]]


def test_a_kernel_of_zeros_is_no_error(demo):
    for entry in demo.entries:
        entry.value = 0
    assert not demo.caption.failed
    assert not shown(demo, "after").any()
    assert "add up to 0:" in demo.caption.text


def test_a_sum_of_0_is_told_and_coloured_by_sign(demo):
    assert "Red is positive" in demo.caption.text
    assert demo._images["after"].get_cmap().name == "RdBu_r"
    low, high = demo._images["after"].get_clim()
    assert low == -high < 0
    demo.controls["preset"].value = "blur"
    assert "add up to 1:" in demo.caption.text
    assert demo._images["after"].get_cmap().name == "gray"


def test_only_the_pictures_move(demo):
    picture = demo.live.image.value
    demo.controls["place"].value = 11
    assert demo.live.image.value != picture
    assert not demo.live.figure.stale


def test_the_fields_have_names_and_limits(demo):
    assert [entry.description for entry in demo.entries] == [
        f"K{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3)]
    demo.entries[0].value = 1e9
    assert demo.entries[0].value == 100


def test_it_fits_a_notebook_and_leaves_a_picture(demo):
    width, height = demo.live.figure.bbox.size
    assert width + 280 <= 800
    assert height <= 480
    still = demo.still()
    assert still.alt.startswith("Demo: Kernel editor. ")


@pytest.mark.parametrize("wrong", [{"picture": "sea"}, {"preset": "magic"}])
def test_an_unknown_picture_or_kernel_is_refused(wrong):
    with pytest.raises(ValueError, match=r"one of \[.*got '(sea|magic)'"):
        kernel_editor(**wrong)
