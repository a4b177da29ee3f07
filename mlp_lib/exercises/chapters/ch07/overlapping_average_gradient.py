"""The gradient of average pooling with windows that overlap."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def overlapping_average_gradient(G, image_shape, window, stride):
    """Gradient in the image of average pooling whose windows may overlap.

    G is (H', W'), the gradient in the averages; image_shape is (H, W), window (h, w),
    stride (s, t), all of int. The result is (H, W).
    """
    (h, w), (s, t) = window, stride
    dX = np.zeros(image_shape)
    for i, j in np.ndindex(*G.shape):
        dX[i * s : i * s + h, j * t : j * t + w] += G[i, j] / (h * w)
    return dX


def inputs(rng):
    h, w = draws.sizes(rng, 2, low=3, high=5)
    s, t = int(rng.integers(2, h)), int(rng.integers(2, w))
    H = W = 0
    while H == W:
        rows, columns = draws.sizes(rng, 2, low=3, high=6)
        rest = int(rng.integers(2))
        H, W = rest + s * (rows - 1) + h, 1 - rest + t * (columns - 1) + w
    return rng.normal(size=(rows, columns)), (H, W), (h, w), (s, t)


def side_by_side(rng):
    rows, columns = draws.sizes(rng, 2, low=3, high=6)
    return rng.normal(size=(rows, columns)), (2 * rows, 5 * columns), (2, 5), (2, 5)


def one_window(rng):
    return rng.normal(size=(1, 1)), (5, 4), (4, 3), (2, 2)


def one_row(rng):
    return rng.normal(size=(1, 4)), (1, 10), (1, 3), (1, 2)


def with_gaps(rng):
    rows, columns = draws.sizes(rng, 2, low=3, high=6)
    return rng.normal(size=(rows, columns)), (7 * rows, 3 * columns), (4, 2), (7, 3)


def counts(G, image_shape, window, stride):
    return overlapping_average_gradient(np.ones(G.shape), image_shape, window, stride) * np.prod(
        window)


def last_one_wins(G, image_shape, window, stride):
    (h, w), (s, t) = window, stride
    dX = np.zeros(image_shape)
    for i, j in np.ndindex(*G.shape):
        dX[i * s : i * s + h, j * t : j * t + w] = G[i, j] / (h * w)
    return dX


def first_one_wins(G, image_shape, window, stride):
    turned = last_one_wins(G[::-1, ::-1], grid_end(G, window, stride), window, stride)
    dX = np.zeros(image_shape)
    dX[: len(turned), : turned.shape[1]] = turned[::-1, ::-1]
    return dX


def grid_end(G, window, stride):
    """Rows and columns up to the end of the last window."""
    return [s * (n - 1) + h for n, h, s in zip(G.shape, window, stride, strict=True)]


def with_sizes(change):
    """The gradient with another window and stride, made from both; each share is 1/(hw)."""
    def gradient(G, image_shape, window, stride):
        other = change(window, stride)
        dX = overlapping_average_gradient(G, image_shape, *other)
        return dX * np.prod(other[0]) / np.prod(window)

    return gradient


def one_number_of(axis, what):
    """The gradient with one number of window or stride used for both directions."""
    def gradient(G, image_shape, window, stride):
        sizes = {"window": window, "stride": stride}
        sizes[what] = (sizes[what][axis],) * 2
        return overlapping_average_gradient(G, image_shape, **sizes)

    return gradient


def with_share(number):
    """The gradient where a pixel's share in its average is one over another ``number``.

    ``number`` is made from what is given, by name.
    """
    def gradient(G, image_shape, window, stride):
        dX = overlapping_average_gradient(G, image_shape, window, stride) * np.prod(window)
        return dX / number(G=G, image_shape=image_shape, window=window, stride=stride)

    return gradient


ONE_SIDE = ("This is divided by one side of the window only. How many pixels has it, of which each has the same share?")
OVERWRITTEN = ("Where windows overlap, one of them has overwritten what the others had brought. What should happen to "
               "the slopes of a pixel that is used several times?")
STEPS_FOR_WINDOWS = ("The windows are taken as large as their steps. A window has h rows and w columns; s and t say only "
                     "where it starts.")
ONE_STRIDE = ("One number of the stride is used for both directions. Windows start s rows apart and t columns apart.")
ONE_WINDOW = ("One number of the window is used for both directions. It has h rows and w columns.")


def shared_by_covering_windows(G, image_shape, window, stride):
    full = overlapping_average_gradient(G, image_shape, window, stride)
    return full / np.maximum(counts(G, image_shape, window, stride), 1)


def one_over_coverage(G, image_shape, window, stride):
    return shared_by_covering_windows(G, image_shape, window, stride) * np.prod(window)


def to_one_pixel(place):
    """The gradient that goes to one pixel of each window, at the ``place`` in it."""
    def gradient(G, image_shape, window, stride):
        dX, (a, b) = np.zeros(image_shape), place(window)
        for i, j in np.ndindex(*G.shape):
            dX[i * stride[0] + a, j * stride[1] + b] += G[i, j]
        return dX

    return gradient


ONE_PIXEL = ("One pixel of each window gets all of the slope. That is the rule of max-pooling. In a mean, who has a part?")


EXERCISE = Function(
    id="07.overlapping_average_gradient",
    title="Averages that overlap",
    section="07 §7",
    points=3,
    prompt=r"""
*Average pooling* writes down the mean of each window. The windows have $h \times w$ pixels and start $s$ rows and $t$
columns apart. With indices from 0,

$$P_{ij} = \frac{1}{hw}\sum_{a=0}^{h-1}\sum_{b=0}^{w-1} X_{i s + a,\; j t + b}.$$

For $s < h$ the windows overlap, and a pixel counts in several averages. All averages have whole windows: rows and
columns of $X$ that no window reaches are left out.

Given $G = \partial L/\partial P$, write the gradient in $X$, of shape `image_shape`. `window` is $(h, w)$ and
`stride` is $(s, t)$. Note what is *not* passed: the pixels. Windows that do not overlap, or leave gaps between them,
must work, too.
""",
    reference=overlapping_average_gradient,
    inputs=inputs,
    edges={"windows side by side": side_by_side, "windows with gaps between them": with_gaps,
           "one window": one_window, "an image of one row": one_row},
    example="overlapping_average_gradient(np.array([[4.0, 8.0]]), (2, 3), (2, 2), (1, 1))",
    misconceptions=(
        Misconception(
            "The mean is forgotten: each pixel has the share 1/(hw) in its average.",
            with_share(lambda **given: 1)),
        Misconception(OVERWRITTEN, last_one_wins),
        Misconception(OVERWRITTEN, first_one_wins),
        Misconception(STEPS_FOR_WINDOWS, with_sizes(lambda window, stride: (stride, stride))),
        Misconception(
            STEPS_FOR_WINDOWS,
            lambda G, image_shape, window, stride:
                overlapping_average_gradient(G, image_shape, stride, stride)),
        *(Misconception(ONE_STRIDE, one_number_of(axis, "stride")) for axis in (0, 1)),
        *(Misconception(ONE_WINDOW, one_number_of(axis, "window")) for axis in (0, 1)),
        Misconception(
            "The slopes that arrive at a pixel are averaged here. If the pixel moves, all its averages move, and "
            "their effects on the loss add up.", shared_by_covering_windows),
        Misconception(
            "The stride is forgotten: window (i, j) does not start at pixel (i, j).",
            lambda G, image_shape, window, stride:
                overlapping_average_gradient(G, image_shape, window, (1, 1))),
        Misconception(
            "The windows are laid side by side, as if each began where the one before ends. They start s rows and t "
            "columns apart.",
            lambda G, image_shape, window, stride:
                overlapping_average_gradient(G, image_shape, window, window)),
        Misconception(ONE_SIDE, with_share(lambda window, **given: window[0])),
        Misconception(ONE_SIDE, with_share(lambda window, **given: window[1])),
        Misconception(
            "The two numbers of the stride have changed places. Windows start s rows apart and t columns apart.",
            lambda G, image_shape, window, stride:
                overlapping_average_gradient(G, image_shape, window, stride[::-1])),
        Misconception(
            "The two numbers of the window have changed places. It has h rows and w columns.",
            lambda G, image_shape, window, stride:
                overlapping_average_gradient(G, image_shape, window[::-1], stride)),
        Misconception(
            "This is divided by the product of the two steps. The mean was taken over all pixels of a window, also "
            "over those that it shares with others.",
            with_share(lambda stride, **given: np.prod(stride))),
        Misconception(
            "This is divided by the number of windows that cover the pixel. The mean was taken the other way: over "
            "the pixels that a window covers.", one_over_coverage),
        Misconception(
            ONE_PIXEL, to_one_pixel(lambda window: (0, 0))),
        Misconception(ONE_PIXEL, to_one_pixel(lambda window: (window[0] // 2, window[1] // 2))),
        Misconception(
            "The gradient is turned by 180 degrees. Entry (i, j) of G goes back to the window that starts at row is, "
            "column jt.",
            lambda *args: overlapping_average_gradient(*args)[::-1, ::-1]),
        Misconception(
            "This is divided by the number of windows. The mean was taken over the pixels of one window.",
            with_share(lambda G, **given: G.size)),
        Misconception(
            ONE_PIXEL, lambda G, image_shape, window, stride:
                to_one_pixel(lambda window: (0, 0))(G, image_shape, window, stride) / np.prod(window)),
        Misconception(
            "This is divided by the number of all pixels of the image. An average is over the pixels of its window.",
            with_share(lambda image_shape, **given: np.prod(image_shape))),
        Misconception(
            "This is multiplied by the window's number of pixels. An average divides by it.",
            with_share(lambda window, **given: 1 / np.prod(window))),
        Misconception(
            "Every window hands down the first entry of G. Each average has a slope of its own.",
            lambda G, image_shape, window, stride:
                overlapping_average_gradient(np.full(G.shape, G[0, 0]), image_shape, window, stride)),
        Misconception(
            "This is divided by h + w. A window has h times w pixels.",
            with_share(lambda window, **given: np.sum(window))),
        Misconception(
            "This is divided by the root of the number of pixels. A mean is divided by the number itself.",
            with_share(lambda window, **given: np.sqrt(np.prod(window)))),
        Misconception(
            "Everything has the wrong sign. A brighter pixel makes its averages larger.",
            lambda G, image_shape, window, stride:
                -overlapping_average_gradient(G, image_shape, window, stride)),
    ),
    hints=(
        "Take one average. Which pixels does it touch, and with which factor?",
        "Averaging is a correlation with a kernel whose numbers are all the same. Section 3 sends $G_{ij}K$ back to "
        "the patch where it came from; section 5 has the stride.",
        "$\\dfrac{\\partial L}{\\partial X_{pq}} = \\dfrac{1}{hw}\\sum_{ij} G_{ij}\\,[\\,is \\le p < is + "
        "h\\,]\\,[\\,jt \\le q < jt + w\\,]$.",
    ),
)
