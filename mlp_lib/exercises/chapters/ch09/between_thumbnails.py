"""A homography between two pictures, used between smaller copies of them."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def between_thumbnails(H, points, k_first, k_second):
    """Map points of the first thumbnail to the second one.

    H is (3, 3) and maps pixels of the first full picture to the second. points is (N, 2), rows
    (x, y) in the first thumbnail. k_first and k_second are whole numbers: how many times smaller
    each thumbnail is. The result is (N, 2), in the second thumbnail.
    """
    x = k_first * (points + 0.5) - 0.5
    u = np.column_stack([x, np.ones(len(x))]) @ H.T
    return (u[:, :2] / u[:, 2:] + 0.5) / k_second - 0.5


def mapped(H, points):
    u = np.column_stack([points, np.ones(len(points))]) @ H.T
    return u[:, :2] / u[:, 2:]


def not_divided(H, points, k_first, k_second):
    x = k_first * (points + 0.5) - 0.5
    return ((np.column_stack([x, np.ones(len(x))]) @ H.T)[:, :2] + 0.5) / k_second - 0.5


def steps(up=lambda x, k: k * (x + 0.5) - 0.5, down=lambda x, k: (x + 0.5) / k - 0.5):
    """An answer from its way up to the full picture and its way down to the thumbnail."""
    def answer(H, points, k_first, k_second):
        return down(mapped(H, up(points, k_first)), k_second)

    return answer


SIGN_UP = ("Coming down into the second thumbnail is right. On the way up a sign is wrong: put in the point (0, 0) and "
           "k = 2, and see whether the middle of the pixels 0 and 1 comes out.")
SIGN_DOWN = ("The way up into the full picture is right. On the way down a sign is wrong: put in 0.5 and k = 2, the middle "
             "of the pixels 0 and 1, and see whether 0 comes out.")
HALF_UP = ("Coming down into the second thumbnail is right. On the way up one of the two halves is missing: the left edge "
           "of the first pixel is at -1/2 in both pictures.")
HALF_DOWN = ("The way up into the full picture is right. On the way down one of the two halves is missing: the left edge "
             "of the first pixel is at -1/2 in both pictures.")
LAST_OF_K = "The first pixel of a thumbnail is put above the last of its k pixels, k - 1. Where is their middle?"
ROUNDED = "The points are rounded to whole pixels. A point may lie between the pixels."
ONE_SIZE = ("One size is used for both pictures. The first is k_first times smaller, the second k_second times.")


def inputs(rng):
    N = draws.sizes(rng, 1, low=4, high=12)[0]
    H = np.eye(3) + rng.uniform(-0.3, 0.3, (3, 3))
    H[:2, 2] = rng.uniform(-40, 40, 2)
    H[2] = [*rng.uniform(-1e-3, 1e-3, 2), 1]
    k_first, k_second = draws.sizes(rng, 2, low=2, high=6)
    return H, rng.uniform(5, 60, (N, 2)), k_first, k_second


def other_scale(rng):
    H, points, k_first, k_second = inputs(rng)
    return -7 * H, points, k_first, k_second


def small_scale(rng):
    H, points, k_first, k_second = inputs(rng)
    return 1e-6 * H, points, k_first, k_second


def from_full_picture(rng):
    H, points, _, k_second = inputs(rng)
    return H, points, 1, k_second


def to_full_picture(rng):
    H, points, k_first, _ = inputs(rng)
    return H, points, k_first, 1


def one_point(rng):
    H, points, *sizes = inputs(rng)
    return H, points[:1], *sizes


def first_pixel(rng):
    H, points, *sizes = inputs(rng)
    return H, 0 * points[:2], *sizes


EXERCISE = Function(
    id="09.between_thumbnails",
    title="Half a pixel lost",
    section="09 §7",
    points=3,
    prompt=r"""
Points are found faster in small copies of two pictures. A *thumbnail* that is $k$ times smaller is made by taking the
mean of each block of $k\times k$ pixels. You know the homography $H$ between the full pictures. Where does a point of
the first thumbnail lie in the second?

As always in this book, the centre of the first pixel is $(0,0)$: in the full picture and in the thumbnail. So the first
pixel of the thumbnail, at $(0,0)$, is **not** above the point $(0,0)$ of the full picture. With $k=2$ it stands for the
pixels $0$ and $1$ of each direction: where is their middle?

The first picture is $k_1=$ `k_first` times smaller, the second $k_2=$ `k_second` times; 1 is the full size. `points` is $N\times2$. $H$ may
have any scale.
""",
    reference=between_thumbnails,
    inputs=inputs,
    edges={"H multiplied by -7": other_scale, "H multiplied by 1e-6": small_scale,
           "the first picture in full size": from_full_picture,
           "the second picture in full size": to_full_picture, "one point": one_point,
           "the first pixel": first_pixel},
    example="between_thumbnails(np.eye(3), np.array([[0.0, 0.0], [10.0, 4.0]]), 2, 4)",
    misconceptions=(
        Misconception(
            "The coordinates are only multiplied by k. That is half a pixel beside the truth: the first pixel of a "
            "thumbnail stands for k pixels, and the middle of these is not at 0.",
            lambda H, points, k_first, k_second: mapped(H, k_first * points) / k_second),
        Misconception(
            "The points are put into the full picture correctly. Coming back to the second thumbnail, the half pixel "
            "is forgotten.",
            lambda H, points, k_first, k_second: mapped(H, k_first * (points + 0.5) - 0.5) / k_second),
        Misconception(
            "The points come back from the second full picture correctly. On the way up from the first thumbnail, the "
            "half pixel is forgotten.",
            lambda H, points, k_first, k_second: (mapped(H, k_first * points) + 0.5) / k_second - 0.5),
        Misconception(
            "Half a pixel is added, whatever k is. It is right for k = 2. Of the pixels 0, 1 and 2, where is the "
            "middle?",
            lambda H, points, k_first, k_second: (mapped(H, k_first * points + 0.5) - 0.5) / k_second),
        Misconception(SIGN_UP, steps(up=lambda x, k: k * (x - 0.5) - 0.5)),
        Misconception(SIGN_UP, steps(up=lambda x, k: k * (x + 0.5) + 0.5)),
        Misconception(SIGN_UP, steps(up=lambda x, k: k * (x - 0.5) + 0.5)),
        Misconception(SIGN_DOWN, steps(down=lambda x, k: (x - 0.5) / k - 0.5)),
        Misconception(SIGN_DOWN, steps(down=lambda x, k: (x + 0.5) / k + 0.5)),
        Misconception(SIGN_DOWN, steps(down=lambda x, k: (x - 0.5) / k + 0.5)),
        Misconception(HALF_UP, steps(up=lambda x, k: k * (x + 0.5))),
        Misconception(HALF_UP, steps(up=lambda x, k: k * x - 0.5)),
        Misconception(HALF_DOWN, steps(down=lambda x, k: (x + 0.5) / k)),
        Misconception(HALF_DOWN, steps(down=lambda x, k: x / k - 0.5)),
        Misconception(
            "H is transposed here: that is right for points as rows with H on their right only if H is transposed once "
            "more. Written for one point as a column, H stands on its left.",
            lambda H, points, k_first, k_second: between_thumbnails(H.T, points, k_first, k_second)),
        Misconception(
            "x and y have changed places on the way through H. A row of points is (x, y).",
            lambda H, points, k_first, k_second:
                between_thumbnails(H, points[:, ::-1], k_first, k_second)[:, ::-1]),
        Misconception(
            "The result is (y, x). A point is (x, y): first to the right, then down.",
            lambda H, points, k_first, k_second:
                between_thumbnails(H, points, k_first, k_second)[:, ::-1]),
        Misconception(
            "The 1 of the homogeneous coordinates still stands behind each point. The result is (N, 2).",
            lambda H, points, k_first, k_second:
                np.pad(between_thumbnails(H, points, k_first, k_second), ((0, 0), (0, 1)),
                       constant_values=1.0)),
        Misconception(ONE_SIZE, lambda H, points, k_first, k_second:
                      between_thumbnails(H, points, k_first, k_first)),
        Misconception(ONE_SIZE, lambda H, points, k_first, k_second:
                      between_thumbnails(H, points, k_second, k_second)),
        Misconception(ROUNDED, lambda *args: np.rint(between_thumbnails(*args))),
        Misconception(ROUNDED, lambda *args: np.floor(between_thumbnails(*args))),
        Misconception(
            "The points stay in the first thumbnail's size: they are to be put into the full picture before H is "
            "applied.", steps(up=lambda x, k: x)),
        Misconception(
            "H meets coordinates in which the picture begins at 0 with the edge of its first pixel. In this book it is "
            "the centre of that pixel that lies at 0, and H is made for that.",
            lambda H, points, k_first, k_second: mapped(H, k_first * (points + 0.5)) / k_second - 0.5),
        Misconception(
            "On the way down, (k - 1)/2 is taken off after the division by k. It is counted in pixels of the full "
            "picture: take it off there.",
            lambda H, points, k_first, k_second:
                mapped(H, k_first * (points + 0.5) - 0.5) / k_second - (k_second - 1) / 2),
        Misconception(
            "On the way up, (k - 1)/2 is added before the multiplication by k. It is counted in pixels of the full "
            "picture: add it there.",
            lambda H, points, k_first, k_second:
                (mapped(H, k_first * (points + (k_first - 1) / 2)) + 0.5) / k_second - 0.5),
        Misconception(
            "(k - 1)/2 is added before the multiplication by k, and taken off after the division. It is counted in "
            "pixels of the full picture: use it there, both times.",
            lambda H, points, k_first, k_second:
                mapped(H, k_first * (points + (k_first - 1) / 2)) / k_second - (k_second - 1) / 2),
        Misconception(LAST_OF_K, steps(lambda x, k: k * x + k - 1, lambda x, k: (x - (k - 1)) / k)),
        Misconception(LAST_OF_K, steps(up=lambda x, k: k * x + k - 1)),
        Misconception(LAST_OF_K, steps(down=lambda x, k: (x - (k - 1)) / k)),
        Misconception(
            "A division by 2 has cut off what is behind the point. For an even k the middle lies between two pixels.",
            lambda H, points, k_first, k_second:
                (mapped(H, k_first * points + (k_first - 1) // 2) - (k_second - 1) // 2) / k_second),
        Misconception(
            "The half pixel goes the wrong way. Where is the middle of the pixels 0 and 1: at +0.5 or at -0.5?",
            lambda H, points, k_first, k_second:
                (mapped(H, k_first * (points - 0.5) + 0.5) - 0.5) / k_second + 0.5),
        Misconception(
            "Multiplying and dividing have changed places. A thumbnail's coordinates are smaller: they must grow "
            "before H is applied.",
            lambda H, points, k_first, k_second:
                k_second * (mapped(H, (points + 0.5) / k_first - 0.5) + 0.5) - 0.5),
        Misconception(
            "The two sizes have changed places: k_first belongs to the points that come in.",
            lambda H, points, k_first, k_second: between_thumbnails(H, points, k_second, k_first)),
        Misconception(
            "The points are in the second full picture, not in its thumbnail: the last step is missing.",
            lambda H, points, k_first, k_second: mapped(H, k_first * (points + 0.5) - 0.5)),
        Misconception(
            "The division by the third coordinate is missing. H gives (u, v, w), and the point is (u/w, v/w).",
            not_divided),
        Misconception(
            "H is applied in the wrong direction: here its inverse is used. It maps the first picture to the second.",
            lambda H, points, k_first, k_second:
                between_thumbnails(np.linalg.inv(H), points, k_first, k_second)),
        Misconception(
            "H is applied to the points of the thumbnails as they are. It maps pixels of the full pictures.",
            lambda H, points, k_first, k_second: mapped(H, points)),
        Misconception(
            "On the way up the points are divided by k. The full picture is larger: a step of the thumbnail is k steps "
            "of it.", steps(up=lambda x, k: x / k + (k - 1) / 2)),
        Misconception(
            "On the way down the division by k is missing. A step of the thumbnail is k steps of the full picture.",
            steps(down=lambda x, k: x - (k - 1) / 2)),
        Misconception(
            "On the way down the points are multiplied by k. The full picture is larger: k steps of it are one of the thumbnail.",
            steps(down=lambda x, k: k * (x - (k - 1) / 2))),
        Misconception(
            "The half pixel is added in x alone on the way up. A block has k rows and k columns.",
            steps(up=lambda x, k: k * x + [(k - 1) / 2, 0])),
    ),
    hints=(
        "Three steps: into the full picture, through $H$, into the second thumbnail. Write one function for the first "
        "step, and turn it round for the last.",
        "Think of the *edges* of pixels. The left edge of the first pixel is at $-\\frac12$ in every picture, and the "
        "edges scale by $k$ without any shift.",
        "$X+\\frac12=k\\,(x+\\frac12)$ for the same place $x$ in the thumbnail and $X$ in the full picture.",
    ),
)
