"""The gradient in a kernel with holes."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import correlate


def dilated_kernel_gradient(X, G, dilation):
    """Gradient of a loss in a kernel whose numbers lie `dilation` pixels apart.

    X is (H, W); G is the gradient in the result, (H - d (h - 1), W - d (w - 1)) with
    d = dilation. The result is (h, w).
    """
    return correlate(X, G, stride=dilation)


def inputs(rng, dilation=None):
    d = int(rng.integers(2, 4)) if dilation is None else dilation
    shapes = ()
    while len(set(shapes)) < 6:
        h, w, rows, columns = draws.sizes(rng, 4, high=6)
        shapes = (h, w, rows, columns, rows + d * (h - 1), columns + d * (w - 1))
    return rng.normal(size=shapes[4:]), rng.normal(size=shapes[2:4]), d


def no_holes_yet(rng):
    return inputs(rng, dilation=1)


def one_column(rng):
    X, G, d = inputs(rng)
    return X[:, : G.shape[1]], G, d


def one_row(rng):
    X, G, d = inputs(rng)
    return X[: len(G)], G, d


def one_place_only(rng):
    X, G, d = inputs(rng)
    rest = np.array(X.shape) - G.shape
    return X[: rest[0] + 1, : rest[1] + 1], G[:1, :1], d


def wide_holes(rng):
    return inputs(rng, dilation=5)


def all_offsets(X, G, dilation):
    return correlate(X, G)


def first_offsets(X, G, dilation):
    h, w = correlate(X, G, stride=dilation).shape
    return correlate(X, G)[:h, :w]


def holes_too_wide(X, G, dilation):
    return correlate(X, G, stride=dilation + 1)


def holes_written(X, G, dilation):
    K = correlate(X, G, stride=dilation)
    laid = np.zeros([dilation * (n - 1) + 1 for n in K.shape])
    laid[::dilation, ::dilation] = K
    return laid


def one_direction(axis):
    """The gradient as if the numbers were d apart down only (axis 0), or to the right only."""
    def gradient(X, G, dilation):
        steps = (dilation, 1) if axis == 0 else (1, dilation)
        return correlate(X, G)[:: steps[0], :: steps[1]]

    return gradient


def one_place(corner):
    """What a loop keeps that does not add up: the part of one entry of G."""
    def gradient(X, G, dilation):
        alone = np.zeros(G.shape)
        alone[corner, corner] = G[corner, corner]
        return correlate(X, alone, stride=dilation)

    return gradient


ONE_DIRECTION = ("The numbers lie d pixels apart in one direction only. They do in both: from row to row and from "
                 "column to column.")


def at_offsets(*dilated):
    """The gradient with the right size, whose offsets are ``dilated`` in some directions only."""
    def gradient(X, G, dilation):
        h, w = correlate(X, G, stride=dilation).shape
        s, t = (dilation if yes else 1 for yes in dilated)
        return correlate(X, G)[: s * h : s, : t * w : t]

    return gradient


def every_dth_place(X, G, dilation):
    return correlate(X[::dilation, ::dilation], G[::dilation, ::dilation])


EXERCISE = Function(
    id="07.dilated_kernel_gradient",
    title="A kernel with holes",
    section="07 §3",
    points=3,
    prompt=r"""
A kernel sees further without more weights if its numbers are laid $d$ pixels apart. This is called *dilation*. With
indices from 0, for $X$ of $H \times W$ and $K$ of $h \times w$,

$$H_{ij} = \sum_{a=0}^{h-1}\sum_{b=0}^{w-1} X_{i + d a,\; j + d b}\, K_{ab},$$

and the result has $H - d(h-1)$ rows and $W - d(w-1)$ columns.

Given $X$, $d$ and the gradient $G$ of a loss in the result, write the gradient in $K$, of shape $h \times w$. The
sizes $h$ and $w$ are not passed: they follow from the shapes. For $d = 1$ it must be the chapter's gradient.
""",
    reference=dilated_kernel_gradient,
    inputs=inputs,
    edges={"a dilation of 1": no_holes_yet, "a dilation of 5": wide_holes,
           "a kernel of one column": one_column, "a kernel of one row": one_row,
           "a result of one entry": one_place_only},
    example="dilated_kernel_gradient(np.arange(20.0).reshape(4, 5), np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 1.0]]), 2)",
    misconceptions=(
        Misconception(
            "This is the gradient for a kernel without holes, so it has too many entries. Which of them belong to a "
            "number of the kernel, and which to a hole?", all_offsets),
        Misconception(
            "The shape is right, but the entries are those of the first rows and columns next to each other. The "
            "numbers of this kernel lie d pixels apart.", first_offsets),
        Misconception(
            "The holes are one pixel too wide. Numbers that lie d apart leave d - 1 pixels out: d = 1 is a kernel "
            "without holes.", holes_too_wide),
        Misconception(
            "The result is turned by 180 degrees. No index falls in this sum: does the gradient in the kernel need a "
            "flip?", lambda X, G, dilation: correlate(X, G, stride=dilation)[::-1, ::-1]),
        Misconception(
            "G is turned by 180 degrees before it slides. That flip belongs to the gradient in the picture.",
            lambda X, G, dilation: correlate(X, G[::-1, ::-1], stride=dilation)),
        Misconception(
            "This is divided by the number of places. The same number of the kernel works at all places, and the "
            "slopes of all of them add up.", lambda X, G, dilation: correlate(X, G, stride=dilation) / G.size),
        Misconception(
            "The last row and the last column are missing. Between the numbers of the kernel are h - 1 gaps: how many "
            "numbers are there?", lambda X, G, dilation: correlate(X, G, stride=dilation)[:-1, :-1]),
        Misconception(ONE_DIRECTION, one_direction(0)),
        Misconception(ONE_DIRECTION, one_direction(1)),
        Misconception(
            "Only the last place is counted: each place overwrites what the ones before had brought. The same number "
            "of the kernel works at all places, and their slopes add up.", one_place(-1)),
        Misconception(
            "Only the first place is counted. The same number of the kernel works at all places, and their slopes add "
            "up.", one_place(0)),
        Misconception(
            "G is not used: these are sums of pixels. Each pixel counts as much as the loss feels its place in the "
            "result.", lambda X, G, dilation: correlate(X, np.ones(G.shape), stride=dilation)),
        Misconception(
            "The rows come in the opposite order. No index falls in this sum: row a of the kernel meets the rows of X "
            "from d a on.", lambda X, G, dilation: correlate(X, G, stride=dilation)[::-1]),
        Misconception(
            "The columns come in the opposite order. No index falls in this sum: column b of the kernel meets the "
            "columns of X from d b on.", lambda X, G, dilation: correlate(X, G, stride=dilation)[:, ::-1]),
        Misconception(
            "The holes are in the result, as zeros. A hole is no number of the kernel: the result has h times w "
            "entries.", holes_written),
        Misconception(
            "Only every d-th entry of G takes part, and every d-th pixel. The numbers of the kernel lie d apart, but "
            "the kernel itself stands at every pixel in turn.", every_dth_place),
        Misconception(
            "The entries are multiplied by d. The distance of the numbers says which pixels they meet; the pixels come in "
            "as they are.", lambda X, G, dilation: dilation * correlate(X, G, stride=dilation)),
        *(Misconception(ONE_DIRECTION, at_offsets(*axes)) for axes in ((True, False), (False, True))),
        Misconception(
            "The entries are divided by the square of d. The holes bring nothing in, and take nothing away.",
            lambda X, G, dilation: correlate(X, G, stride=dilation) / dilation**2),
        Misconception(
            "The numbers are taken d - 1 pixels apart, as if d counted the holes between them. From one number to the "
            "next it is d pixels.",
            lambda X, G, dilation: correlate(X, G)[:: max(dilation - 1, 1), :: max(dilation - 1, 1)][
                tuple(map(slice, correlate(X, G, stride=dilation).shape))]),
        Misconception(
            "Everything has the wrong sign. Nothing in this sum has a minus.",
            lambda X, G, dilation: -correlate(X, G, stride=dilation)),
        Misconception(
            "The result is transposed: rows of the kernel belong to rows of X.",
            lambda X, G, dilation: correlate(X, G, stride=dilation).T),
    ),
    hints=(
        "Do what the *second way* of section 3 does: find all places where $K_{ab}$ occurs, and with which factor.",
        "For fixed $a, b$ the factor is a pixel of the block of $X$ that starts at row $da$, column $db$, and has the "
        "size of $G$. What slides, and by how many pixels at a time?",
        "$\\dfrac{\\partial L}{\\partial K_{ab}} = \\sum_{ij} G_{ij}\\,X_{i+da,\\;j+db}$, and $h = (H - H')/d + 1$ "
        "with $H'$ the rows of $G$.",
    ),
)
