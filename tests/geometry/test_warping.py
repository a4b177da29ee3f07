"""Warping and stitching: what bilinear interpolation keeps exactly, and pictures put together."""

import numpy as np
import pytest

from mlp_lib import datasets
from mlp_lib.geometry import apply, inverse, stitch, warp, warping

H_MILD = np.array([[0.9, 0.15, 4], [-0.1, 1.1, 3], [1e-3, -5e-4, 1]])
RNG = np.random.default_rng(0)
GREY = RNG.random((23, 31), np.float32)
COLOUR = RNG.random((23, 31, 3), np.float32)
OPAQUE = RNG.random((23, 31, 4), np.float32)
FLOATS = [GREY, COLOUR, OPAQUE]
PICTURES = [*FLOATS, *(np.rint(255 * one).astype(np.uint8) for one in FLOATS)]
GREY_BYTES, COLOUR_BYTES, _ = PICTURES[3:]

every_picture = pytest.mark.parametrize("picture", PICTURES, ids=[
    "grey", "colour", "opacity", "grey bytes", "colour bytes", "opacity bytes"])


def shift(x, y):
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def pixels(shape):
    """Points (x, y) of all pixels, row by row."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.c_[x.ravel(), y.ravel()].astype(float)


# -- warp ----------------------------------------------------------------------------------


@every_picture
def test_the_identity_changes_nothing(picture):
    result = warp(picture, np.eye(3))
    np.testing.assert_array_equal(result, picture)
    assert result.dtype == picture.dtype
    assert result.flags.c_contiguous


@every_picture
def test_a_shift_by_whole_pixels_moves_right_and_down(picture):
    moved = warp(picture, shift(5, 2), (40, 50))
    np.testing.assert_array_equal(moved[2:25, 5:36], picture)
    assert moved.shape == (40, 50, *picture.shape[2:])
    moved[2:25, 5:36] = 0
    assert not moved.any()


@every_picture
def test_a_quarter_turn_is_exact(picture):
    h, w = picture.shape[:2]
    turn = [[0, -1, h - 1], [1, 0, 0], [0, 0, 1]]    # x to y: clockwise, as y points down
    np.testing.assert_array_equal(warp(picture, turn, (w, h)), np.rot90(picture, -1))


def test_a_linear_ramp_stays_the_ramp_it_was():
    x, y = pixels((60, 80)).T
    ramp = (0.2 + 0.004 * x + 0.003 * y).reshape(60, 80)
    result = warp(ramp, H_MILD, (70, 90), fill=-1)
    x, y = apply(inverse(H_MILD), pixels((70, 90))).T
    depth = np.min([x, 79 - x, y, 59 - y], axis=0).reshape(70, 90)
    inside, outside = depth >= 0, depth < -1e-5
    assert 0.3 < inside.mean() < 0.9
    wanted = (0.2 + 0.004 * x + 0.003 * y).reshape(70, 90)
    np.testing.assert_allclose(result[inside], wanted[inside], atol=1e-6)
    np.testing.assert_array_equal(result[outside], -1)


def test_between_four_pixels_is_their_mean_by_nearness():
    picture = [[1.0, 2.0], [3.0, 5.0]]
    at = warp(picture, shift(-0.25, -0.5), (1, 1))
    np.testing.assert_allclose(at, [[0.5 * (0.75 * 1 + 0.25 * 2) + 0.5 * (0.75 * 3 + 0.25 * 5)]])


ODD = [np.nan, np.inf, -np.inf]


@pytest.mark.parametrize("picture", FLOATS)
@pytest.mark.parametrize("value", ODD)
def test_what_has_no_weight_has_no_part_whatever_it_is(picture, value):
    picture = picture.copy()
    picture[4, 5] = picture[0, 30] = picture[22, 0] = value
    np.testing.assert_array_equal(warp(picture, np.eye(3)), picture)
    np.testing.assert_array_equal(warp(picture, shift(5, 2), (40, 50))[2:25, 5:36], picture)
    for rounding in (shift(1e-9, -1e-9), shift(-1e-9, 1e-9)):
        np.testing.assert_array_equal(warp(picture, rounding), picture)
    half = warp(picture, shift(0.5, 0))              # but where it has, it has
    holes = ~np.isfinite(half).reshape(23, 31, -1).all(axis=2)
    assert np.flatnonzero(holes[4]).tolist() == [5, 6]


def test_the_identity_gives_back_a_small_picture_with_a_hole():
    picture = [[1.0, np.nan], [1, 1]]
    np.testing.assert_array_equal(warp(picture, np.eye(3)), picture)


def test_the_opacity_is_moved_like_a_colour():
    result = warp(OPAQUE, H_MILD, (40, 50))
    np.testing.assert_array_equal(result[..., :3], warp(OPAQUE[..., :3], H_MILD, (40, 50)))
    np.testing.assert_array_equal(result[..., 3], warp(OPAQUE[..., 3], H_MILD, (40, 50)))


@pytest.mark.parametrize(("picture", "fill"), [
    (COLOUR, (1, 0, 0.5)), (COLOUR_BYTES, (255, 0, 7)), (OPAQUE, np.array([1, 0, 0.5, 0.25]))])
def test_the_fill_may_be_a_colour(picture, fill):
    moved = warp(picture, shift(5, 2), fill=fill)
    np.testing.assert_array_equal(moved[2:, 5:], picture[:-2, :-5])
    assert (moved[:2] == np.asarray(fill, moved.dtype)).all()
    assert (moved[:, :5] == np.asarray(fill, moved.dtype)).all()


@pytest.mark.parametrize(("picture", "fill", "message"), [
    (GREY, (1, 0, 0), r"fill to be one number for a picture of shape \(23, 31\); got \(1, 0, 0\)"),
    (COLOUR, (1, 0), r"one number or a colour of 3 for .*\(23, 31, 3\); got \(1, 0\)"),
    (OPAQUE, (1, 0, 0), r"a colour of 4"), (COLOUR, [[1, 0, 0]], r"a colour of 3"),
    (COLOUR, "red", "real numbers in fill"), (GREY, None, "real numbers in fill")])
def test_a_fill_that_does_not_suit_the_picture_is_refused(picture, fill, message):
    with pytest.raises(ValueError, match=message):
        warp(picture, np.eye(3), fill=fill)


def test_colours_are_warped_one_by_one_and_a_factor_on_h_changes_nothing():
    result = warp(COLOUR, H_MILD)
    for c in range(3):
        np.testing.assert_array_equal(result[..., c], warp(COLOUR[..., c], H_MILD))
    np.testing.assert_allclose(warp(COLOUR, -7 * H_MILD), result, atol=1e-6)


def test_bytes_are_the_rounded_result():
    exact = warp(COLOUR_BYTES.astype(float), H_MILD)
    np.testing.assert_array_equal(warp(COLOUR_BYTES, H_MILD), np.rint(exact).astype(np.uint8))


@pytest.mark.parametrize(("fill", "wanted"), [(300, 255), (-7, 0), (99.6, 100)])
def test_a_fill_that_no_byte_holds_is_the_nearest(fill, wanted):
    assert warp(GREY_BYTES, shift(40, 0), fill=fill)[5, 6] == wanted


@pytest.mark.parametrize("strip", [1, 100, 10**9])
def test_the_size_of_the_strips_does_not_matter(monkeypatch, strip):
    whole = warp(COLOUR, H_MILD, (37, 41))
    monkeypatch.setattr(warping, "STRIP", strip)
    np.testing.assert_array_equal(warp(COLOUR, H_MILD, (37, 41)), whole)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (1, 7, 3)])
def test_pictures_of_one_row_or_column(shape):
    picture = RNG.random(shape, np.float32)
    np.testing.assert_array_equal(warp(picture, np.eye(3)), picture)


def test_rounding_does_not_cost_the_outermost_pixels():
    turn = np.array([[np.cos(0.3), -np.sin(0.3), 0], [np.sin(0.3), np.cos(0.3), 0], [0, 0, 1]])
    result = warp(GREY, turn @ inverse(turn) @ shift(1e-12, -1e-12), fill=np.nan)
    np.testing.assert_allclose(result, GREY, atol=1e-6)


def test_a_line_at_infinity_in_the_result_is_no_crash():
    H = inverse([[1, 0, 0], [0, 1, 0], [0.1, 0, -1]])     # pixels with x = 10 come from nowhere
    result = warp(GREY, H, fill=0.5)
    assert (result[:, 10] == 0.5).all()
    assert np.isfinite(result).all()


def test_the_wall_warped_by_the_truth_looks_like_its_other_photograph():
    first, second = (datasets.load_photograph(name).mean(axis=2) for name in ("graf1", "graf3"))
    moved = warp(first, datasets.load_ground_truth(), fill=np.nan)
    inside = np.isfinite(moved)
    assert inside.mean() > 0.5
    assert np.corrcoef(moved[inside], second[inside])[0, 1] > 0.8
    assert np.corrcoef(first[inside], second[inside])[0, 1] < 0.5


# -- stitch --------------------------------------------------------------------------------


@pytest.mark.parametrize("blend", ["feather", "average", 0, 5, 1e9])
@every_picture
def test_two_parts_of_a_picture_become_the_picture(picture, blend):
    left, right = picture[:20, :19], picture[:, 11:]
    joined = stitch(left, right, shift(-11, 0), blend=blend)
    assert joined.origin == (11, 0)
    assert joined.image.dtype == picture.dtype
    np.testing.assert_allclose(joined.image[:20], picture[:20], atol=1e-6)
    np.testing.assert_allclose(joined.image[20:, 11:], picture[20:, 11:], atol=1e-6)
    assert not joined.image[20:, :11].any()


@pytest.mark.parametrize("blend", ["feather", "average", 0, 5])
@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("picture", FLOATS)
def test_a_hole_of_one_picture_stays_where_it_has_a_share(picture, value, blend):
    left, right = picture[:, :19].copy(), picture[:, 11:].copy()
    left[11, 15] = right[11, 3] = value
    image, _, share = stitch(left, right, shift(-11, 0), blend=blend)
    wanted = np.zeros((23, 31), bool)
    wanted[11, 15], wanted[11, 14] = share[11, 15] > 0, share[11, 14] < 1
    assert (np.isfinite(image).reshape(23, 31, -1).all(axis=2) == ~wanted).all()


def test_a_ramp_photographed_twice_is_one_ramp():
    x, y = pixels((60, 80)).T
    first = (0.2 + 0.004 * x + 0.003 * y).reshape(60, 80)
    second = warp(first, H_MILD, (60, 80), fill=np.nan)[20:40, 25:55]
    H = shift(-25, -20) @ H_MILD
    assert np.isfinite(second).all()
    (image, (x0, y0), share) = stitch(first, second, H)
    x, y = apply(inverse(H), pixels(image.shape) - (x0, y0)).T
    wanted = (0.2 + 0.004 * x + 0.003 * y).reshape(image.shape)
    np.testing.assert_allclose(image[share > 0], wanted[share > 0], atol=1e-6)
    np.testing.assert_allclose(image[y0 : y0 + 20, x0 : x0 + 30], second, atol=1e-6)


def test_the_share_is_1_of_the_first_alone_0_of_the_second_and_between_in_the_overlap():
    parts = np.ones((20, 30)), np.zeros((20, 30))
    for blend in ("feather", "average", 4):
        image, origin, share = stitch(*parts, shift(-20, 0), blend=blend)
        assert origin == (20, 0)
        np.testing.assert_array_equal(share[:, :20], 1)
        np.testing.assert_array_equal(share[:, 30:], 0)
        np.testing.assert_allclose(image, share)
        assert (np.diff(share, axis=1) <= 1e-6).all() or blend == "feather"


def test_feathering_weighs_by_the_distance_to_the_own_border():
    _, _, share = stitch(np.ones((99, 30)), np.zeros((99, 30)), shift(-20, 0))
    np.testing.assert_allclose(share[49, 20:30], np.arange(10, 0, -1) / 11, rtol=1e-6)


def test_a_width_is_that_of_the_change_and_0_is_a_cut():
    parts = np.ones((99, 60)), np.zeros((99, 60))
    _, _, cut = stitch(*parts, shift(-20, 0), blend=0)
    assert set(np.unique(cut)) <= {0, 0.5, 1}
    assert cut[49, 38] == 1
    assert cut[49, 41] == 0
    _, _, soft = stitch(*parts, shift(-20, 0), blend=10)
    between = (soft[49] > 0) & (soft[49] < 1)
    assert 3 <= between.sum() <= 6                   # both distances change: half as many columns
    _, _, even = stitch(*parts, shift(-20, 0), blend=1e9)
    np.testing.assert_allclose(even[:, 20:60], 0.5, atol=1e-6)


def test_the_street_becomes_one_picture():
    first, second = (datasets.load_photograph(name) for name in ("leuvenA", "leuvenB"))
    H = np.array([[0.456, 0.0074, 307.6], [-0.1906, 0.6969, 114.2], [-5.2e-4, -3.4e-5, 1]])
    image, (x, y), share = stitch(first, second, H, blend=0)
    assert image.shape[1] > 1000
    assert image.dtype == np.float32
    alone = share[y : y + 563, x : x + 751] == 0
    np.testing.assert_array_equal(image[y : y + 563, x : x + 751][alone], second[alone])
    assert 0 <= image.min() <= image.max() <= 1


@pytest.mark.parametrize(("turn", "by", "shape", "origin"), [
    (3, -200, (202, 232), (230, 200)), (-3, -200, (262, 202), (200, 260)),
    (3, 200, (301, 281), (0, 0)), (-3, 200, (241, 311), (0, 0))])
def test_a_turned_picture_has_room_for_each_of_its_corners(turn, by, shape, origin):
    H = [[4, -turn, by], [turn, 4, by], [0, 0, 1]]                # corners go to whole pixels
    image, found, share = stitch(np.ones((11, 21)), np.zeros((2, 2)), H)
    assert image.shape == shape
    assert found == origin
    for x, y in apply(H, [[0, 0], [20, 0], [20, 10], [0, 10]]).astype(int) + origin:
        assert share[y, x] == 1


def test_pictures_far_apart_are_joined_with_nothing_between():
    image, origin, share = stitch(np.ones((3, 4)), np.ones((2, 2)), shift(10, -6))
    assert image.shape == (8, 14)
    assert origin == (0, 6)
    assert {type(n) for n in origin} == {int}
    assert image.sum() == 16
    assert share.sum() == 12


# -- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(("picture", "message"), [
    (np.zeros((3, 4, 2)), r"\(h, w\), \(h, w, 3\) or \(h, w, 4\); got shape \(3, 4, 2\)"),
    (np.zeros(5), r"got shape \(5,\)"), (np.zeros((0, 4)), r"got shape \(0, 4\)"),
    (np.zeros((3, 4), int), "float in .* or uint8; got int"), (np.zeros((3, 4), bool), "bool"),
])
def test_what_is_no_picture_is_refused(picture, message):
    with pytest.raises(ValueError, match=message):
        warp(picture, np.eye(3))
    with pytest.raises(ValueError, match=message):
        stitch(GREY, picture, np.eye(3))


@pytest.mark.parametrize("shape", [
    (0, 5), (5,), (5, 5, 3), (-1, 5), (13.1, 19.5), (5, 5.0), (5, None), 5, "ab"])
def test_a_wrong_shape_of_the_result_is_refused(shape):
    with pytest.raises(ValueError, match=r"need shape \(rows, columns\).*got"):
        warp(GREY, np.eye(3), shape)


@pytest.mark.parametrize(("H", "message"), [
    (np.ones((3, 3)), "singular"), (np.eye(2), r"\(3, 3\); got \(2, 2\)"),
    (np.diag([1, np.inf, 1]), "finite H")])
def test_a_wrong_matrix_is_refused(H, message):
    with pytest.raises(ValueError, match=message):
        warp(GREY, H)
    with pytest.raises(ValueError, match=message):
        stitch(GREY, GREY, H)


def test_pictures_of_two_kinds_are_not_joined():
    for other in (COLOUR, OPAQUE, GREY_BYTES):
        with pytest.raises(ValueError, match=r"two pictures of one kind; got \(23, 31\) float32"):
            stitch(GREY, other, np.eye(3))


@pytest.mark.parametrize("blend", ["seam", -1, np.nan, None, (1, 2)])
def test_another_blend_is_refused(blend):
    with pytest.raises(ValueError, match=r'blend "feather", "average" or a width >= 0; got'):
        stitch(GREY, GREY, shift(5, 5), blend=blend)


def test_a_panorama_without_end_is_refused():
    for slope in (-1 / 10, -1 / 30):                 # the second: only the last column, x = 30
        for sign in (1, -1):
            H = sign * np.array([[1, 0, 0], [0, 1, 0], [slope, 0, 1]])
            with pytest.raises(ValueError, match="a line through the first picture to infinity"):
                stitch(GREY, GREY, H)
    with pytest.raises(ValueError, match=r"23 x 10000031 pixels, more than 100000000"):
        stitch(GREY, GREY, shift(1e7, 0))
