"""The way back through a ReLU whose left slopes are learned."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def prelu_gradients(A, slopes, dH):
    """Gradients in A and in the slopes, from dH, the gradient in H.

    H is A where A > 0, else slopes * A, with one slope for each hidden node. A and dH are (N, M),
    slopes is (M,). Returns dA, (N, M), and dslopes, (M,).
    """
    positive = A > 0
    dA = np.where(positive, 1.0, slopes) * dH
    dslopes = np.sum(np.where(positive, 0.0, A) * dH, axis=0)
    return dA, dslopes


def inputs(rng):
    N, M = draws.sizes(rng, 2, low=3)
    A = rng.normal(size=(N, M))
    A[:2, :] = np.abs(A[:2, :]) * [[1.0], [-1.0]]
    return A, rng.uniform(0.05, 0.4, size=M), rng.normal(size=(N, M))


def always_speaking(rng):
    A, slopes, dH = inputs(rng)
    A[:, 1] = np.abs(A[:, 1])
    return A, slopes, dH


def slope_of_zero(rng):
    A, slopes, dH = inputs(rng)
    slopes[0] = 0.0
    return A, slopes, dH


def unusual_slopes(rng):
    A, slopes, dH = inputs(rng)
    slopes[:2] = -0.4, 1.6
    return A, slopes, dH


def with_zeros(rng):
    """Entries of A that are exactly 0, where the line below holds."""
    A, slopes, dH = inputs(rng)
    A[1:, 0], A[0, 1:] = 0.0, 0.0
    return A, slopes, dH


def by_side(speaking, A, slopes, dH):
    """The gradients, where another table says which entries are on the right."""
    return (np.where(speaking, 1.0, slopes) * dH,
            np.sum(np.where(speaking, 0.0, A) * dH, axis=0))


def left(A, dH):
    """What the slopes' gradient is made of, entry by entry, (N, M)."""
    return np.where(A > 0, 0.0, A) * dH


def with_dA(dA):
    """The right gradient in the slopes beside another one in A."""
    return lambda A, slopes, dH: (dA(A, slopes, dH), left(A, dH).sum(axis=0))


def with_dslopes(dslopes):
    """The right gradient in A beside another one in the slopes."""
    return lambda A, slopes, dH: (prelu_gradients(A, slopes, dH)[0], dslopes(A, slopes, dH))


@np.errstate(invalid="ignore", divide="ignore")
def by_its_size(A, slopes, dH):
    positive = (1 + A / np.abs(A)) / 2
    return (positive + (1 - positive) * slopes) * dH, left(A, dH).sum(axis=0)


EXERCISE = Function(
    id="04.prelu_gradients",
    title="A leak that is learned",
    section="04 §4",
    points=3,
    prompt=r"""
Leaky ReLU keeps a tenth of what is negative. Why a tenth? In a *parametric ReLU* each hidden node learns its own slope
$s_j$, and gradient descent moves it like a weight, below 0 or above 1 if that helps:

$$H_{ij} = \begin{cases} A_{ij} & A_{ij} > 0 \\ s_j\,A_{ij} & \text{else} \end{cases}$$

$A$ and $H$ are $N \times M$; `slopes` is `(M,)` and serves all $N$ samples. You get $A$, `slopes` and
$\partial L/\partial H$, called `dH`. It already contains the factor $1/N$ of the mean.

Write $\partial L/\partial A$ and $\partial L/\partial s$, and return both, in this order.
""",
    reference=prelu_gradients,
    inputs=inputs,
    edges={"a node that is positive for all samples": always_speaking, "a slope of 0": slope_of_zero,
           "a slope below 0, one above 1": unusual_slopes, "entries of A that are 0": with_zeros},
    parts=("dA", "dslopes"),
    example="for part in prelu_gradients(np.array([[1.0, -2.0], [-0.5, 3.0], [-1.0, -1.0]]), np.array([0.1, 0.2]),\n"
            "                            np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0]])):\n"
            "    print(np.round(part, 4))",
    misconceptions=(
        Misconception(
            "dA has the mask of a plain ReLU: 0 on the left. But there the node passes something on; how much of it?",
            with_dA(lambda A, slopes, dH: (A > 0) * dH)),
        Misconception(
            "dslopes adds up along a row, over the nodes. A slope belongs to one node and serves all samples: over "
            "which index must be summed?",
            with_dslopes(lambda A, slopes, dH: left(A, dH).sum(axis=1))),
        Misconception(
            "dslopes is not added up. One slope serves all samples, so its gradient gathers what comes from each of "
            "them, and has the shape of the slopes.",
            with_dslopes(lambda A, slopes, dH: left(A, dH))),
        Misconception(
            "dslopes is a mean over the samples. The factor 1/N of the loss is contained in dH already.",
            with_dslopes(lambda A, slopes, dH: left(A, dH).mean(axis=0))),
        Misconception(
            "dslopes is one number here, added up over the nodes too. Each node has a slope of its own.",
            with_dslopes(lambda A, slopes, dH: left(A, dH).sum())),
        Misconception(
            "dslopes does not use dH. It says how H moves with the slopes; the chain rule wants how L moves.",
            with_dslopes(lambda A, slopes, dH: np.minimum(A, 0).sum(axis=0))),
        Misconception(
            "dslopes counts the positive entries too. Where A is positive the slope does not enter H at all.",
            with_dslopes(lambda A, slopes, dH: (A * dH).sum(axis=0))),
        Misconception(
            "dslopes holds the slope itself as a factor. What is the derivative of s times A in s?",
            with_dslopes(lambda A, slopes, dH: slopes * left(A, dH).sum(axis=0))),
        Misconception(
            "In dslopes the factor A is missing: it only counts where A is negative. What is the derivative of s times "
            "A in s?",
            with_dslopes(lambda A, slopes, dH: ((A <= 0) * dH).sum(axis=0))),
        Misconception(
            "dslopes counts the positive entries instead of the others. Where A is positive the slope does not enter H "
            "at all.",
            with_dslopes(lambda A, slopes, dH: (np.maximum(A, 0) * dH).sum(axis=0))),
        Misconception(
            "dA holds slopes only where A is not positive: dH is missing there. The chain rule wants it on both sides.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, dH, slopes))),
        Misconception(
            "dA does not use dH. It says how H moves with A; the chain rule wants how L moves.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, 1.0, slopes))),
        Misconception(
            "Where A is not positive, dA holds the value of H. The slope of that piece is wanted, times dH.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, dH, slopes * A))),
        Misconception(
            "Which piece holds is read from the sign of H. With a slope below 0, H is positive on both sides: look at "
            "A.",
            lambda A, slopes, dH: by_side(np.where(A > 0, A, slopes * A) > 0, A, slopes, dH)),
        Misconception(
            "H is taken for the larger of A and slopes * A. That holds only for slopes up to 1; the exercise asks "
            "whether A is positive.",
            lambda A, slopes, dH: by_side(slopes * A < A, A, slopes, dH)),
        Misconception(
            "Left and right are swapped in dA: the slope belongs to the entries that are not positive.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, slopes, 1.0) * dH)),
        Misconception(
            "At exactly 0 the upper line is taken. The lower one says else: whatever is not above 0, and 0 is not.",
            with_dA(lambda A, slopes, dH: np.where(A >= 0, 1.0, slopes) * dH)),
        Misconception(
            "At exactly 0 nothing passes here. The lower line says else: whatever is not above 0, and 0 is not.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, 1.0, np.where(A < 0, slopes, 0.0)) * dH)),
        Misconception(
            "At exactly 0 the mean of both slopes is taken. The lower line says else: whatever is not above 0.",
            with_dA(lambda A, slopes, dH: ((1 + np.sign(A)) / 2 + (1 - np.sign(A)) / 2 * slopes) * dH)),
        Misconception(
            "At exactly 0 there is A/A, which is nan. Ask on which side of 0 each entry is.", by_its_size),
        Misconception(
            "dA has the slope on both sides. Where A is positive, H is A itself.",
            with_dA(lambda A, slopes, dH: slopes * dH)),
        Misconception(
            "dA lets everything pass, as if there were no activation. What is the slope of H where A is negative?",
            with_dA(lambda A, slopes, dH: dH)),
        Misconception(
            "dA has a tenth on the left, as in Leaky ReLU. Here each node has its own slope.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, 1.0, 0.1) * dH)),
        Misconception(
            "dA is 0 where A is positive. There H is A itself, so dH passes.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, 0.0, slopes) * dH)),
        Misconception(
            "dA has the sign turned round where A is not positive.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, 1.0, -slopes) * dH)),
        Misconception(
            "Where A is positive, dA has the factor A. The slope of A in A is 1.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, A, slopes) * dH)),
        Misconception(
            "dA is multiplied with H. The chain rule wants its slope.",
            with_dA(lambda A, slopes, dH: np.where(A > 0, A, slopes * A) * dH)),
        Misconception(
            "dA was divided by the number of samples. dH already contains the factor 1/N of the mean.",
            with_dA(lambda A, slopes, dH: prelu_gradients(A, slopes, dH)[0] / len(A))),
        Misconception(
            "Left and right are swapped in both gradients: where A is positive, H is A itself.",
            lambda A, slopes, dH: by_side(A <= 0, A, slopes, dH)),
        Misconception(
            "dslopes has the wrong sign: left of 0 A is negative, and stays so. What is the derivative of s times A in s?",
            with_dslopes(lambda A, slopes, dH: -left(A, dH).sum(axis=0))),
        Misconception(
            "dslopes uses H all over. It asks how H moves with the slope: by A on the left, and not at all on the right.",
            with_dslopes(lambda A, slopes, dH: (np.where(A > 0, A, slopes * A) * dH).sum(axis=0))),
        Misconception(
            "dslopes adds dH up as it is. How does H move with the slope?",
            with_dslopes(lambda A, slopes, dH: dH.sum(axis=0))),
        Misconception(
            "dslopes is divided by the number of entries that are not positive. The chain rule asks for a sum.",
            with_dslopes(lambda A, slopes, dH: left(A, dH).sum(axis=0) / np.maximum((A <= 0).sum(axis=0), 1))),
        Misconception(
            "In dA the side is chosen by which of A and s A is larger. That is the same only for a slope below 1: the "
            "lines are told apart by the sign of A.",
            with_dA(lambda A, slopes, dH: dH * np.where(slopes * A < A, 1, slopes))),
        Misconception(
            "Both gradients are divided by the number of samples. The factor 1/N of the loss is contained in dH already.",
            lambda A, slopes, dH: tuple(part / len(A) for part in prelu_gradients(A, slopes, dH))),
        Misconception(
            "dA has the size of the slope. A slope may be below 0, and then its sign counts.",
            with_dA(lambda A, slopes, dH: dH * np.where(A > 0, 1, np.abs(slopes)))),
        Misconception(
            "dA has the mean of all slopes on the left. Each node has its own.",
            with_dA(lambda A, slopes, dH: dH * np.where(A > 0, 1, slopes.mean()))),
    ),
    hints=(
        "Two questions, for one entry $H_{ij}$: how does it move with $A_{ij}$, and how with $s_j$?",
        "$A_{ij}$ reaches one entry of $H$, but $s_j$ reaches a whole column. The chain rule adds up all ways.",
        "$\\dfrac{\\partial L}{\\partial s_j} = \\sum_i \\dfrac{\\partial L}{\\partial H_{ij}}\\,\\dfrac{\\partial "
        "H_{ij}}{\\partial s_j}\\;$ with $\\;\\dfrac{\\partial H_{ij}}{\\partial s_j} = 0$ for $A_{ij}>0$, else "
        "$A_{ij}$.",
    ),
)
