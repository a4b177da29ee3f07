"""A project: lay a slanted view over a photograph, from pairs of which many are false."""

import numpy as np

from mlp_lib import browser, geometry
from mlp_lib.exercises.chapters.ch09.stitch_measures import measure
from mlp_lib.exercises.chapters.ch09.stitch_mistakes import (
    SWAP,
    answer,
    at_whole_pixels,
    best_of_four,
    blank,
    brightness_to_one,
    by_the_map_itself,
    for_rows,
    half_a_pixel_on,
    in_eight_bits,
    into_the_joined,
    on_white_ground,
    robust,
    robust_affine,
    sent_forward,
    too_bright,
    with_a_margin,
    without_the_furthest,
)
from mlp_lib.exercises.chapters.ch09.stitch_views import inputs, true_homography
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.exercises.projects import Project

SECONDS = browser.suits(10, 60)


def lifted(points):
    """Rows (x, y) as (x, y, 1)."""
    return np.column_stack([points, np.ones(len(points))])


def mapped(H, points):
    """Where the homography H takes the rows (x, y) of points."""
    u = lifted(points) @ H.T
    return u[:, :2] / u[:, 2:]


def normalisation(points):
    """Similarity that puts the centre at 0 and the mean distance from it at sqrt(2)."""
    centre = points.mean(axis=0)
    k = np.sqrt(2) / np.hypot(*(points - centre).T).mean()
    return np.array([[k, 0, -k * centre[0]], [0, k, -k * centre[1]], [0, 0, 1]])


def fitted(src, dst):
    """Homography of four or more pairs, by the smallest singular vector."""
    T, T2 = normalisation(src), normalisation(dst)
    x, (x2, y2) = lifted(mapped(T, src)), mapped(T2, dst).T[:, :, None]
    zero = np.zeros_like(x)
    A = np.vstack([np.hstack([x, zero, -x2 * x]), np.hstack([zero, x, -y2 * x])])
    return np.linalg.inv(T2) @ np.linalg.svd(A)[2][-1].reshape(3, 3) @ T


def agreeing(H, src, dst, pixels):
    """Which pairs H maps to within that many pixels."""
    with np.errstate(all="ignore"):
        return np.hypot(*(mapped(H, src) - dst).T) < pixels


def fitted_to_the_right_pairs(src, dst):
    """Homography of the pairs that most draws of four agree on."""
    rng, best = np.random.default_rng(0), np.zeros(len(src), bool)
    for _ in range(500):
        four = rng.choice(len(src), 4, replace=False)
        agree = agreeing(fitted(src[four], dst[four]), src, dst, 2)
        best = agree if agree.sum() > best.sum() else best
    for _ in range(3):
        best = agreeing(fitted(src[best], dst[best]), src, dst, 1.5)
    return fitted(src[best], dst[best])


def between(picture, x, y):
    """Grey levels between the pixels, bilinear."""
    j = np.minimum(x.astype(int), picture.shape[1] - 2)
    i = np.minimum(y.astype(int), picture.shape[0] - 2)
    a, b = x - j, y - i
    above = (1 - a) * picture[i, j] + a * picture[i, j + 1]
    below = (1 - a) * picture[i + 1, j] + a * picture[i + 1, j + 1]
    return (1 - b) * above + b * below


def rectify_and_stitch(first, second, src, dst, shape, corner):
    """Homography from the first picture to the second, and both pictures in one.

    first is (h, w) and second is (h2, w2), grey, uint8. src and dst are (N, 2), rows (x, y) in
    the first and in the second picture; many pairs are false. shape is (rows, columns) of the
    joined picture, and corner is (x, y) of the second picture's first pixel in it. The result is
    H, (3, 3), and the joined picture, an array of that shape with grey levels 0 to 255.
    """
    H = fitted_to_the_right_pairs(src, dst)
    (h, w), joined = first.shape, np.zeros(shape)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    places = np.column_stack([columns.ravel() - corner[0], rows.ravel() - corner[1]])
    x, y = mapped(np.linalg.inv(H), places).T
    inside = (x >= 0) & (x <= w - 1) & (y >= 0) & (y <= h - 1)
    joined.ravel()[inside] = between(first, x[inside], y[inside])
    joined[corner[1] : corner[1] + len(second), corner[0] : corner[0] + second.shape[1]] = second
    return H / H[2, 2], joined


EXERCISE = Project(
    id="09.rectify_and_stitch",
    title="Project: rectify and stitch",
    section="09 §8",
    points=10,
    prompt=r"""
You get two grey pictures of one flat scene. The second is seen from the front, the first at a slant. Straighten the
first, and lay it beside the second, in one picture. All the code is yours, with numpy alone: `mlp_lib.geometry` and
other libraries are not allowed here.

**What comes in**

- `first` ($h\times w$) and `second` ($h_2\times w_2$): grey levels 0 to 255, uint8.
- `src` and `dst` ($N\times2$, $N=300$): points $(x,y)$ in the first and the second picture. **Two of five pairs are
  false.** The others are right, with a noise of 0.4 pixels.
- `shape`: (rows, columns) of the joined picture. `corner`: its point $(x,y)$ where the first pixel of `second` lies.

**What goes out:** `H, joined`.

- `H` ($3\times3$, any scale) maps points of `first` to `second`.
- `joined` has the given shape. Where `second` lies, it is `second`, unchanged. Elsewhere it shows `first` through `H`,
  read between the pixels by bilinear interpolation, and 0 where neither picture is.

**What is measured**, on pictures that you have not seen

- `H` is off by at most 0.45 pixels, as the mean over a grid on the first picture.
- Where only the first picture is, `joined` differs from an exact bilinear warp by your `H` by at most 1 grey level in the
  mean.
- Where `second` lies, `joined` differs from it by at most 0.5 grey levels in the mean.
- Where neither picture is, the grey levels of `joined` are at most 1 in the mean.
- It takes at most 10 seconds of the processor (60 in a browser).

Do it in steps: fit four pairs; draw four at random, often, and count who agrees; fit again to those; then lay the
picture. Look at each step with matplotlib's `imshow`. The cell below your answer tries it on the street of the chapter.
""",
    reference=rectify_and_stitch,
    helpers=(lifted, mapped, normalisation, fitted, agreeing, fitted_to_the_right_pairs, between),
    inputs=inputs,
    truth=true_homography,
    measure=measure,
    without=("geometry", "cv2", "skimage", "scipy", "kornia", "torch", "PIL"),
    parts=("H", "joined"),
    example="""\
from mlp_lib.datasets import load_matches, load_photograph

street, turned = (np.uint8(255 * load_photograph(name).mean(axis=2))
                  for name in ("leuvenA", "leuvenB"))
H, joined = rectify_and_stitch(street, turned, *load_matches("leuven"), (720, 1100), (250, 60))
joined.shape""",
    goals={
        "transfer": (lambda pixels: pixels <= 0.45, "H off by at most 0.45 pixels"),
        "picture": (lambda levels: levels <= 1, "first picture laid to within 1 grey level"),
        "second": (lambda levels: levels <= 0.5, "second picture kept to within 0.5 grey levels"),
        "outside": (lambda levels: levels <= 1, "0 to within 1 grey level where neither picture is"),
        "seconds": (lambda time: time <= SECONDS, f"at most {SECONDS} seconds of the processor"),
    },
    misconceptions=(
        Misconception(
            "H is fitted to all pairs, the false ones too. Each of them pulls with the square of its distance. Find "
            "out first which pairs agree with each other.", answer(geometry.fit_homography)),
        Misconception(
            "H is right for points (y, x): the coordinates have changed places. A point is (x, y), an entry of an "
            "array is [row, column], which is [y, x].",
            answer(lambda src, dst: SWAP @ robust(src, dst) @ SWAP)),
        Misconception(
            "H goes the wrong way: it maps the second picture to the first. To look up the pixels its inverse is "
            "needed, but src is to be mapped to dst.", answer(lambda src, dst: robust(dst, src))),
        Misconception(
            "The map is affine: its third row is (0, 0, 1). It keeps parallels, and a slanted view does not. Which two "
            "unknowns are missing in the system?", answer(robust_affine)),
        Misconception(
            "H is nearly right, but off by more than noise in 180 right pairs would leave. Four noisy pairs do not fix "
            "it well enough. Did you fit once more, to all pairs that agree and to no others?", answer(best_of_four)),
        Misconception(
            "There are holes: pixels of the first picture were sent forward, and some places got none. Ask for each "
            "pixel of the result where it comes from.", answer(read=sent_forward)),
        Misconception(
            "The picture is moved by half a pixel: the places were cut to whole numbers. Interpolate between the four "
            "pixels around each place.", answer(read=at_whole_pixels(np.floor))),
        Misconception(
            "Each place is read at the nearest pixel, so edges turn into stairs. Interpolate between the four pixels "
            "around it.", answer(read=at_whole_pixels(np.rint))),
        Misconception(
            "H is right, but where the second picture should be there is something else. Does the first picture lie "
            "over it? Is corner taken as (x, y), and the array's entry as [y, x]?", answer(on_top=True)),
        Misconception(
            "H is right, but beside the second picture the grey levels are off by more than 20 in the mean. Does the "
            "first picture lie somewhere else? For each pixel of the result: take off the corner first, then look up "
            "with the inverse of H. And x is the column of an entry, y its row.", answer(read=by_the_map_itself)),
        Misconception(
            "The grey levels of the joined picture end at 1. They are to go from 0 to 255, as they came in.",
            brightness_to_one),
        Misconception(
            "H is right, and the first picture lies nearly where it belongs. But what is read between the pixels is "
            "not right yet. Does a go with x and b with y? Is half a pixel added? The centre of the first pixel is "
            "(0, 0).", answer(read=half_a_pixel_on)),
        Misconception(
            "Both pictures are right, but where neither of them is, the joined picture is not 0. Which places of the "
            "first picture exist?", answer(read=on_white_ground)),
        Misconception(
            "H leads into the joined picture: the corner is still in it. The first pixel of the second picture is "
            "(0, 0) for H; add the corner only to lay the picture.", into_the_joined),
        Misconception(
            "H is far off. Try the fit alone: four pairs that you make up with a homography of your own must give it back, "
            "to the last digits. If they do not, the fit is wrong: its rows, or which singular vector it takes. If they "
            "do: did any draw hold four right pairs, and is it the one that was kept? About one draw in eight does. "
            "Count the pairs within 2 or 3 pixels, keep the draw with the most, and fit again to these.",
            answer(without_the_furthest)),
        Misconception(
            "H is transposed: it is made for points as rows, with H on their right. As everywhere in chapter 09, it is "
            "to stand on the left of a point as a column.", for_rows),
        Misconception(
            "What is seen of the first picture is right, but a part of it is missing. Is a border left out? x goes from 0 "
            "to w - 1 and y from 0 to h - 1, and all that lies between belongs to the picture.",
            answer(read=with_a_margin)),
        Misconception(
            "H is right. Of the first picture many pixels are right to 2 grey levels, and others are off by more than 20, "
            "with few between. Do numbers wrap round? int8 ends at 127 and uint8 at 255, and so do sums and differences "
            "of two such numbers: work with floats.", answer(read=in_eight_bits)),
        Misconception(
            "H is right, but the joined picture is 0 everywhere. Nothing was laid into it.", blank),
        Misconception(
            "H is right, and the first picture may lie where it belongs. But hardly a pixel of it has the right grey level "
            "to 2: are they scaled, shifted or rounded on the way?", answer(read=too_bright)),
    ),
    symptoms={
        13: lambda reached: reached["into joined"] < 1,
        15: lambda reached: reached["transposed"] < 1,
        1: lambda reached: reached["swapped"] < 1,
        2: lambda reached: reached["inverse"] < 1,
        0: lambda reached: reached["all pairs"] < 1,
        3: lambda reached: reached["transfer"] > 1 and reached["tilt"] < 1e-9,
        4: lambda reached: 0.45 < reached["transfer"] < 5,
        18: lambda reached: reached["transfer"] <= 0.45 and reached["largest"] == 0,
        10: lambda reached: reached["transfer"] <= 0.45 and 0 < reached["brightest"] <= 1,
        16: lambda reached: reached["transfer"] <= 0.45 and reached["picture"] > 1 >= reached["filled"],
        5: lambda reached: reached["transfer"] <= 0.45 and reached["holes"] > 0.03
            and reached["filled"] < 20,
        6: lambda reached: reached["floor"] <= 0.5,
        7: lambda reached: reached["nearest"] <= 0.5,
        17: lambda reached: reached["transfer"] <= 0.45 and reached["close"] >= 0.1
            and reached["far"] >= max(0.02, 1 - reached["close"] - reached["far"]),
        8: lambda reached: reached["transfer"] <= 0.45 and reached["second"] > 0.5,
        9: lambda reached: reached["transfer"] <= 0.45 and reached["picture"] > 20,
        19: lambda reached: reached["transfer"] <= 0.45 and reached["picture"] > 1
            and reached["close"] < 0.1,
        11: lambda reached: reached["transfer"] <= 0.45 and reached["picture"] > 1,
        12: lambda reached: reached["transfer"] <= 0.45 and reached["outside"] > 1,
        14: lambda reached: reached["transfer"] >= 5,
    },
    hints=(
        "Take it apart. First fit $H$ to all pairs and look how many agree to 2 pixels: hardly any. Then fit to four "
        "drawn pairs, and look again. Some draws gain more than half of all pairs.",
        "Keep the best draw. Fit to all pairs that agree with it, normalised as in section 5, and do that twice. Then "
        "make the coordinates of *every pixel of the result*, take off the corner, and map them by $H^{-1}$: that is "
        "where to look.",
        "For a place $(x,y)$ in the first picture with $j=\\lfloor x\\rfloor,\\ i=\\lfloor y\\rfloor,\\ a=x-j,"
        "\\ b=y-i$: $\\;(1-a)(1-b)\\,f_{ij}+a(1-b)\\,f_{i,j+1}+(1-a)b\\,f_{i+1,j}+ab\\,f_{i+1,j+1}$.",
    ),
)
