"""The Jacobian of a vector divided by its root mean square."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def rms_norm_jacobian(x, epsilon):
    """Jacobian of y = x / sqrt(mean of x**2 + epsilon).

    x is (n,), epsilon > 0. The result is (n, n), rows for y, columns for x.
    """
    n = len(x)
    r = np.sqrt(np.mean(x**2) + epsilon)
    y = x / r
    return (np.eye(n) - np.outer(y, y) / n) / r


def inputs(rng):
    n, = draws.sizes(rng, 1, high=6)
    return rng.normal(size=n) + 0.5, rng.uniform(0.1, 0.5)


def all_zero(rng):
    return np.zeros(4), rng.uniform(0.1, 0.5)


def root(x, epsilon):
    return np.sqrt(np.mean(x**2) + epsilon)


def epsilon_outside(x, epsilon):
    n, s = len(x), np.sqrt(np.mean(x**2))
    with np.errstate(invalid="ignore"):
        return np.eye(n) / (s + epsilon) - np.outer(x, x) / (n * s * (s + epsilon) ** 2)


def epsilon_after_the_root(x, epsilon):
    n, r = len(x), np.sqrt(np.mean(x**2)) + epsilon
    return (np.eye(n) - np.outer(x, x) / (n * r**2)) / r


def input_for_output(x, epsilon):
    return (np.eye(len(x)) - np.outer(x, x) / len(x)) / root(x, epsilon)


def sum_for_mean(x, epsilon):
    r = root(x, epsilon)
    return (np.eye(len(x)) - np.outer(x, x) / r**2) / r


def length_for_root(x, epsilon):
    r = np.sqrt(np.sum(x**2) + epsilon)
    return (np.eye(len(x)) - np.outer(x, x) / r**2) / r


@np.errstate(divide="ignore", invalid="ignore")
def plain_length_for_root(x, epsilon):
    return length_for_root(x, 0.0)


def twice_the_slope_of_r(x, epsilon):
    r = root(x, epsilon)
    return (np.eye(len(x)) - 2 * np.outer(x, x) / (len(x) * r**2)) / r


def slope_of_r_not_divided(x, epsilon):
    r = root(x, epsilon)
    return np.eye(len(x)) / r - np.outer(x, x) / (len(x) * r**2)


def ones_for_the_unit_matrix(x, epsilon):
    r = root(x, epsilon)
    return (1 - np.outer(x, x) / (len(x) * r**2)) / r


@np.errstate(divide="ignore", invalid="ignore")
def no_epsilon(x, epsilon):
    return rms_norm_jacobian(x, 0.0)


def half_the_slope_of_r(x, epsilon):
    r = root(x, epsilon)
    return (np.eye(len(x)) - np.outer(x, x) / (2 * len(x) * r**2)) / r


def epsilon_in_the_mean(x, epsilon):
    return rms_norm_jacobian(x, epsilon / len(x))


def mean_square_for_root(x, epsilon):
    r = root(x, epsilon) ** 2
    return (np.eye(len(x)) - np.outer(x, x) / (len(x) * r**2)) / r


def derived_without_the_root(x, epsilon):
    r = root(x, epsilon) ** 2
    return (np.eye(len(x)) - 2 * np.outer(x, x) / (len(x) * r)) / r


def sum_under_the_root(x, epsilon):
    r = np.sqrt(x @ x + epsilon)
    return np.eye(len(x)) / r - np.outer(x, x) / (len(x) * r**3)


def mean_over_one_less(x, epsilon):
    r = np.sqrt(x @ x / (len(x) - 1) + epsilon)
    return np.eye(len(x)) / r - np.outer(x, x) / (len(x) * r**3)


def number_for_table(x, epsilon):
    r = root(x, epsilon)
    return (np.eye(len(x)) - x @ x / (len(x) * r**2)) / r


def row_for_table(x, epsilon):
    r = root(x, epsilon)
    return (np.eye(len(x)) - x * x / (len(x) * r**2)) / r


def not_divided(x, epsilon):
    return rms_norm_jacobian(x, epsilon) * root(x, epsilon)


def plus(x, epsilon):
    r = root(x, epsilon)
    return (np.eye(len(x)) + np.outer(x, x) / (len(x) * r**2)) / r


LENGTH = "This divides by the length of x. The root mean square divides the sum of the squares by n first."
OUTSIDE = "Here epsilon is added after the root. It stands under the root."

EXERCISE = Function(
    id="01.rms_norm_jacobian",
    title="The Jacobian of a normalised vector",
    section="01 §8",
    points=3,
    prompt=r"""
Many networks scale every vector to about the same size before they go on. *RMS normalisation* divides by the root mean
square:

$$y_i = \frac{x_i}{r}, \qquad r = \sqrt{\frac1n\sum_{k=1}^n x_k^2 + \varepsilon}, \qquad \varepsilon > 0.$$

Write the Jacobian, $J_{ij} = \partial y_i/\partial x_j$: $n\times n$, from $x$ with $n$ entries and the number
$\varepsilon$. The $\varepsilon$ is there so that $x = 0$ is allowed; your Jacobian has to allow it too.
""",
    reference=rms_norm_jacobian,
    inputs=inputs,
    edges={"a vector of zeros": all_zero},
    example="np.round(rms_norm_jacobian(np.array([3.0, -1.0, 2.0]), 0.1), 4)",
    misconceptions=(
        Misconception(
            "The root r is taken for a constant here. It holds every entry of x, so it moves with each of them.",
            lambda x, epsilon: np.eye(len(x)) / root(x, epsilon)),
        Misconception(
            "Only the diagonal is filled. Through r every output depends on every input.",
            lambda x, epsilon: np.diag(np.diag(rms_norm_jacobian(x, epsilon)))),
        Misconception(
            "The 1/n of the mean is missing in the slope of r. Under the root stands a mean, not a sum.",
            sum_for_mean),
        Misconception(LENGTH, length_for_root),
        Misconception(LENGTH, plain_length_for_root),
        Misconception(
            "The slope of r is twice too large. The square gives a factor 2; what does the root give?",
            twice_the_slope_of_r),
        Misconception(
            "The slope of r is half of what it should be. The root gives one half; what does the square under it give?",
            half_the_slope_of_r),
        *(Misconception("The mean square stands where its root belongs: r has a square root.", wrong)
          for wrong in (mean_square_for_root, derived_without_the_root)),
        Misconception(
            "The second term is the same number in every place: for a vector, x @ x and x @ x.T are one number. Which "
            "product of two vectors gives a table of all products x_i x_j?", number_for_table),
        Misconception(
            "The second term is the same in every row: x * x, and x * x.T too, multiplies entry by entry. Which "
            "product of two vectors gives a table of all products x_i x_j?", row_for_table),
        Misconception(
            "The second term lacks a division by r. The slope of a root has the root itself in its denominator.",
            slope_of_r_not_divided),
        Misconception(
            "The term 1/r stands in every place. The derivative of x_i in x_j is 1 for i = j only, else 0.",
            ones_for_the_unit_matrix),
        Misconception(
            "The epsilon is missing. For x = 0 this divides 0 by 0.", no_epsilon),
        Misconception(
            "The second term has the wrong sign. A larger r makes every y smaller.", plus),
        Misconception(
            "One division by r is missing. Make all inputs twice as large (with a tiny epsilon): y stays, so the "
            "slopes must be half as large.", not_divided),
        Misconception(
            "In the second term x stands where y belongs. Each of the two factors has to be divided by r.",
            input_for_output),
        Misconception(
            "Here epsilon is divided by n, too. The mean is over the squares; epsilon is added after it.",
            epsilon_in_the_mean),
        Misconception(OUTSIDE, epsilon_outside),
        Misconception(OUTSIDE, epsilon_after_the_root),
        Misconception(
            "Only the part that comes through r is here. x_i stands above the fraction bar too, and moves there directly.",
            lambda x, epsilon: rms_norm_jacobian(x, epsilon) - np.eye(len(x)) / root(x, epsilon)),
        Misconception(
            "The first term is not divided by r. If r stood still, by how much would y_i move with x_i?",
            lambda x, epsilon: rms_norm_jacobian(x, epsilon) + np.eye(len(x)) * (1 - 1 / root(x, epsilon))),
        Misconception(
            "Under the root stands the sum of the squares. It should be their mean.",
            lambda x, epsilon: sum_under_the_root(x, epsilon)),
        Misconception(
            "Everything has the wrong sign. If one entry of x grows a little, its own y grows.",
            lambda x, epsilon: -rms_norm_jacobian(x, epsilon)),
        Misconception(
            "Under the root the sum of the squares is divided by n - 1. There stands their mean, over n.",
            mean_over_one_less),
    ),
    hints=(
        "$x_j$ enters $y_i$ in two ways: in the numerator if $i = j$, and through $r$ always. The two ways add up.",
        "Find $\\partial r/\\partial x_j$ first. Then use the quotient rule.",
        "$\\dfrac{\\partial r}{\\partial x_j} = \\dfrac{x_j}{n\\,r}$ and $\\dfrac{\\partial y_i}{\\partial x_j} = "
        "\\dfrac{[i=j]}{r} - \\dfrac{x_i}{r^2}\\,\\dfrac{\\partial r}{\\partial x_j}$. Here $[i=j]$ is 1 for "
        "$i=j$, else 0.",
    ),
)
