"""Demos of chapter 09: their numbers agree with the core's."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from mlp_lib import datasets, geometry, plotting
from mlp_lib.demos import blend_and_seam, four_corners, ladder, pick_matches, ransac
from mlp_lib.demos.parts.canvas import contrast
from mlp_lib.demos.parts.photographs import frame, grid
from tests.demos.steps import set_all


def numbers(text):
    return [float(part.replace("−", "-").replace(",", ""))
            for part in re.findall(r"[−-]?\d[\d,]*\.?\d*", text)]


# -- the ladder --------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "words"), [
    ({"x": 0.5}, "Translation, 2"), ({"angle": 30}, "Rigid, 3"), ({"size": 0.8}, "Similarity, 4"),
    ({"angle": 30, "stretch": 1.2}, "Affine, 6"), ({"shear": 0.2}, "Affine, 6"),
    ({"shear": 0.2, "px": 0.1}, "Projective, 8"), ({"py": -0.1}, "Projective, 8"),
])
def test_the_caption_names_the_class(values, words):
    demo = ladder()
    set_all(demo, **values)
    assert demo.caption.text.startswith(words)


def test_each_step_gives_up_what_the_table_says():
    demo = ladder()
    wanted = {"angle": (30, 1, 1, 90, 90, 0), "size": (0.5, 0.5, 0.5, 90, 90, 0)}
    for name, (value, *rest) in wanted.items():
        set_all(demo, **{name: value})
        assert numbers(demo.caption.text)[1:6] == rest
    set_all(demo, shear=0.5)
    low, high, *_, apart = numbers(demo.caption.text)[3:6]
    assert (low, high, apart) == (63, 117, 0)           # arctan 2 and the rest to 180
    set_all(demo, px=0.2)
    assert numbers(demo.caption.text)[5] > 5


def test_the_grid_is_mapped_by_the_matrix():
    demo = ladder()
    set_all(demo, angle=40, px=0.3, y=-0.5)
    H = demo.matrix(**{name: control.value for name, control in demo.controls.items()})
    drawn = np.concatenate(demo.grid.get_segments())
    np.testing.assert_allclose(drawn, geometry.apply(H, demo.lines.reshape(-1, 2)))
    np.testing.assert_allclose(np.ravel(demo.corner.get_data()), geometry.apply(H, [[-1, -1]])[0])


# -- four corners ------------------------------------------------------------------------


def drag(demo, points, moved):
    demo.pad.set_state({"points": np.asarray(points).tolist(), "moved": moved,
                        "moves": demo.pad.moves + 1})


def test_the_photograph_lies_between_the_dragged_corners():
    demo = four_corners(np.full((30, 40), 0.25))
    points = np.array([[20.0, 20], [140, 30], [120, 130], [30, 120]])
    drag(demo, points, moved=0)
    shown = demo.picture.get_array()
    assert shown.shape[:2] == demo.shape
    np.testing.assert_allclose(shown[70, 70], (0.25, 0.25, 0.25, 1), atol=1e-6)
    assert shown[5, 5, 3] == shown[140, 150, 3] == 0  # the page is seen there, light or dark
    rows, columns = np.nonzero(shown[..., 3] > 0.1)
    np.testing.assert_allclose([columns.min(), columns.max()], [20, 140], atol=2)
    np.testing.assert_allclose([rows.min(), rows.max()], [20, 130], atol=2)
    assert "projective" in demo.caption.text


def test_a_parallelogram_is_affine_and_areas_grow_alike():
    demo = four_corners(np.zeros((31, 41, 3)))
    drag(demo, [[20, 20], [100, 20], [110, 80], [30, 80]], moved=2)
    assert "affine" in demo.caption.text
    high, low = numbers(demo.caption.text.split("\n")[1])
    assert high == low == pytest.approx(80 * 60 / (40 * 30))


@pytest.mark.parametrize(("points", "corner"), [
    ([[60, 60], [459, 60], [150, 150], [60, 379]], "bottom right"),
    ([[459, 60], [60, 60], [60, 379], [459, 379]], ""),
    ([[60, 60], [60, 60], [60, 60], [60, 60]], ""),
])
def test_what_no_camera_sees_is_said_and_not_drawn(points, corner):
    demo = four_corners()
    drag(demo, points, moved=2)
    assert f"No camera sees this: the corner {corner}" in demo.caption.text
    assert not demo.caption.failed
    assert not demo.picture.get_array().any()


# -- RANSAC ------------------------------------------------------------------------------


@pytest.mark.parametrize(("threshold", "trials"), [(3, 300), (1, 1000), (30, 30)])
def test_the_numbers_are_those_of_the_robust_fit(threshold, trials):
    demo = ransac()
    set_all(demo, threshold=threshold, trials=trials)
    src, dst = datasets.load_matches("graf")
    H, agree = geometry.fit_robust(src, dst, threshold=threshold, max_trials=trials, rng=0)
    error = geometry.transfer_error(H, demo.grid, geometry.apply(demo.truth, demo.grid)).mean()
    shown = numbers(demo.caption.text)
    assert shown[:5] == [threshold, trials, 1, agree.sum(), len(src)]
    assert shown[6] == pytest.approx(error, rel=0.01)
    assert sum(len(lines.get_segments()) for lines in demo.lines) == len(src[::3])


def test_a_good_threshold_finds_the_truth_and_a_wide_one_does_not():
    demo = ransac()
    errors = {}
    for threshold in (3, 100):
        set_all(demo, threshold=threshold)
        errors[threshold] = numbers(demo.caption.text)[6]
    assert errors[3] < 1
    assert errors[100] > 1.5


def test_another_draw_has_other_samples_but_the_same_pairs():
    demo = ransac(trials=3)
    texts = {demo.caption.text.split(":")[1]}
    for _ in range(4):
        demo.renew()
        texts.add(demo.caption.text.split(":")[1])
    assert len(texts) > 1
    assert "draw 5" in demo.caption.text


def test_a_frame_is_a_closed_polygon_round_the_grid():
    around, points = frame(800, 640), grid(800, 640)
    np.testing.assert_array_equal(around, [[0, 0], [799, 0], [799, 639], [0, 639], [0, 0]])
    assert points.shape == (400, 2)
    np.testing.assert_array_equal([points.min(axis=0), points.max(axis=0)], around[[0, 2]])


# -- blend and seam ----------------------------------------------------------------------


def jump(demo):
    return float(re.search(r"is ([\d.]+) grey", demo.caption.text)[1])


def test_a_wider_band_hides_the_seam():
    demo = blend_and_seam(width=0)
    jumps = []
    for width in (0, 20, 100):
        set_all(demo, width=width)
        jumps.append(jump(demo))
    assert jumps[0] > 1.5 * jumps[1] > 1.5 * jumps[2]


def test_a_cut_mixes_nothing_and_the_average_the_whole_overlap():
    demo = blend_and_seam(width=0)
    assert "\n0% of all pixels are mixed" in demo.caption.text
    assert set(np.unique(demo.share.get_ydata())) <= {0, 1}
    set_all(demo, blend="average")
    assert demo.caption.text.startswith("Average")
    assert set(np.unique(demo.share.get_ydata())) <= {0, 0.5, 1}
    assert int(re.search(r"(\d+)% of all", demo.caption.text)[1]) > 20


def test_the_profile_is_that_of_the_stitched_picture():
    demo = blend_and_seam()
    set_all(demo, blend="feather", row=150)
    image, _, share = geometry.stitch(demo.first, demo.second, demo.H, blend="feather")
    np.testing.assert_allclose(demo.light.get_ydata(), image.mean(axis=2)[150])
    np.testing.assert_allclose(demo.share.get_ydata(), share[150])
    np.testing.assert_array_equal(demo.row.get_ydata(), [150, 150])


# -- pairs by hand -----------------------------------------------------------------------


def test_the_defaults_are_near_and_right_pairs_give_the_truth():
    demo = pick_matches()
    assert demo.src.shape == demo.dst.shape == (5, 2)
    missed = geometry.transfer_error(demo.truth, demo.src, demo.dst)
    assert 3 < missed.max() < 16
    right = geometry.apply(demo.truth, demo.src) + demo.shift
    drag(demo, np.vstack([demo.src, right]), moved=7)
    assert numbers(demo.caption.text.split("truth")[1])[0] < 1e-6
    np.testing.assert_allclose(np.array(demo.fitted.get_data()).T, right, atol=1e-6)


def test_the_caption_names_the_pair_that_fits_worst():
    demo = pick_matches(count=8)
    right = geometry.apply(demo.truth, demo.src) + demo.shift
    right[2] += 40
    drag(demo, np.vstack([demo.src, right]), moved=10)
    assert "misses C most" in demo.caption.text


def test_pairs_that_fix_nothing_are_said_to():
    demo = pick_matches(count=4)
    drag(demo, np.vstack([[[9, 9], [19, 19], [29, 29], [9, 99]], demo.dst + demo.shift]), moved=0)
    assert "on one line" in demo.caption.text
    assert not demo.caption.failed


def test_the_street_has_no_truth_to_be_judged_by():
    demo = pick_matches("leuven", count=6)
    assert "6 pairs" in demo.caption.text
    assert "truth" not in demo.caption.text


@pytest.mark.parametrize(("pair", "count"), [("moon", 5), ("graf", 3), ("graf", 9)])
def test_what_cannot_be_picked_is_refused(pair, count):
    with pytest.raises(ValueError, match=f"got '{pair}', {count}"):
        pick_matches(pair, count=count)


# -- figures of the chapter ----------------------------------------------------------------


def test_photographs_of_two_sizes_stand_side_by_side():
    first, second = np.zeros((3, 4, 3)), np.full((5, 6, 3), 0.5)
    sheet, shift = plotting.side_by_side(first, second, gap=2)
    assert sheet.shape == (5, 12, 3)
    np.testing.assert_array_equal(shift, [6, 0])
    assert (sheet[:3, :4] == 0).all()
    assert (sheet[:, 6:] == 0.5).all()
    assert (sheet[:, 4:6] == 1).all()
    assert (sheet[3:, :4] == 1).all()


def test_matches_are_lines_from_one_photograph_into_the_other():
    photograph = np.zeros((30, 40, 3))
    src, dst = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([[7.0, 8], [9, 10], [11, 12]])
    ax = plotting.show_matches(photograph, photograph, src, dst, right=[True, False, True])
    false, true = (part.get_segments() for part in ax.collections[::2])
    np.testing.assert_array_equal(false, [[[3, 4], [9 + 52, 10]]])
    np.testing.assert_array_equal(true, [[[1, 2], [7 + 52, 8]], [[5, 6], [11 + 52, 12]]])
    few = plotting.described(ax, "Three lines.", colours=8)
    assert few.data.startswith(b"\x89PNG")


def test_matches_of_unlike_shape_are_refused():
    with pytest.raises(ValueError, match=r"got \(3, 2\), \(4, 2\)"):
        plotting.show_matches(np.zeros((9, 9, 3)), np.zeros((9, 9, 3)), np.zeros((3, 2)),
                              np.zeros((4, 2)))


@pytest.mark.parametrize("shape", [(5,), (5, 6, 2), (0, 6)])
def test_four_corners_needs_a_picture(shape):
    with pytest.raises(ValueError, match=re.escape(f"or (h, w, 4); got shape {shape}")):
        four_corners(np.zeros(shape))


@pytest.mark.parametrize("width", [800, 569, 374])
def test_ransac_names_its_colours_within_the_picture(width):
    demo = ransac(trials=30)
    demo.live.suit((width, 300))
    demo.live.draw()
    names = [text.get_text() for text in demo.legend.get_texts()]
    assert names == ["a pair that agrees", "one that does not", "frame by H", "by the truth"]
    left, _, right, _ = demo.legend.get_window_extent().extents
    assert 0 <= left < right <= width


@pytest.mark.parametrize("made", [ransac, pick_matches])
def test_the_frame_of_a_photograph_is_seen_on_a_light_page_and_on_a_dark_one(made):
    colour = to_rgb(made().outline.get_color())
    assert contrast(colour) > 3
    assert contrast(colour, (1, 1, 1)) > 3
