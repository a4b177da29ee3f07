"""Maximum likelihood of a covariance that is known up to one factor."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def noise_level(points, S):
    """Most likely s if the points are drawn with covariance s S, s and the mean unknown.

    points is (N, D), one a row; S is (D, D), symmetric and positive definite. One number.
    """
    N, D = points.shape
    centred = points - points.mean(axis=0)
    return np.sum(centred @ np.linalg.inv(S) * centred) / (N * D)


def drawn(rng, N, D):
    root = rng.normal(size=(D, D))
    S = root @ root.T + np.eye(D)
    points = rng.normal(size=(N, D)) @ np.linalg.cholesky(S).T * rng.uniform(0.6, 2)
    return points + rng.normal(size=D), S


def inputs(rng):
    D, = draws.sizes(rng, 1, low=2, high=4)
    N, = draws.sizes(rng, 1, low=5, high=12)
    return drawn(rng, N, D)


def one_quantity(rng):
    return drawn(rng, 6, 1)


def far_away(rng):
    points, S = inputs(rng)
    return points + 1e3, S


def squares(points, S):
    """Sum over the points of r^T S^-1 r."""
    return noise_level(points, S) * points.size


def around_origin(points, S):
    return np.sum(points @ np.linalg.inv(S) * points) / points.size


def around_one_mean(points, S):
    return around_origin(points - points.mean(), S)


def forward_matrix(points, S):
    centred = points - points.mean(axis=0)
    return np.sum(centred @ S * centred) / points.size


def all_pairs(points, S):
    centred = points - points.mean(axis=0)
    return np.sum(centred @ np.linalg.inv(S) @ centred.T) / points.size


def by_determinants(points, S):
    centred = points - points.mean(axis=0)
    return np.linalg.det(np.linalg.solve(S, centred.T @ centred / len(points))) ** (1 / len(S))


@np.errstate(divide="ignore", invalid="ignore")
def entry_by_entry(points, S):
    centred = points - points.mean(axis=0)
    return np.sum(centred @ (1 / S) * centred) / points.size


EXERCISE = Function(
    id="02.noise_level",
    title="How noisy are the sensors?",
    section="02 §9",
    points=2,
    prompt=r"""
An instrument has $D$ sensors. How their errors vary together is known from the factory: the covariance is
$\Sigma = s\,S$ with a known matrix $S$. How strong the noise is today is not known; it is the one number $s > 0$. The
true values $\vec\mu$ are not known either.

You take $N$ readings $\vec x_i$. As in the chapter, the most likely parameters minimise

$$L(\vec\mu, s) = N\log|sS| + \sum_{i=1}^N(\vec x_i-\vec\mu)^T(sS)^{-1}(\vec x_i-\vec\mu).$$

Write a function that returns the $s$ of the minimum. `points` is $N\times D$, a reading in each row; `S` is
$D\times D$, symmetric and positive definite. There may be a single sensor: then `S` is $1\times1$.
""",
    reference=noise_level,
    inputs=inputs,
    edges={"a single sensor": one_quantity, "readings near 1000": far_away},
    example="points = np.array([[0.0, 1.0], [2.0, 1.0], [1.0, 4.0]])\n"
            "print(np.round(noise_level(points, np.array([[2.0, 0.0], [0.0, 1.0]])), 4))",
    misconceptions=(
        Misconception(
            "This is divided by N only. What is the determinant of s S, if S has D rows?",
            lambda points, S: squares(points, S) / len(points)),
        Misconception(
            "This is divided by D(N-1). That removes a bias, but it is not where L has its minimum.",
            lambda points, S: squares(points, S) / (points.shape[1] * (len(points) - 1))),
        Misconception(
            "This is the square root: a standard deviation. The s in the covariance is a variance.",
            lambda points, S: np.sqrt(noise_level(points, S))),
        Misconception(
            "The mean is not taken off. The noise is around the unknown true values, not around zero.",
            around_origin),
        Misconception(
            "One mean is taken over all numbers of the table. Each sensor has a true value of its own: along which "
            "axis is the mean?",
            around_one_mean),
        Misconception(
            "The mean is taken over the sensors of one reading. Each sensor has a true value of its own: along which "
            "axis is the mean?",
            lambda points, S: around_origin(points - points.mean(axis=1, keepdims=True), S)),
        Misconception(
            "Only the diagonal of S is used, as if the errors of two sensors had nothing to do with each other.",
            lambda points, S: noise_level(points, np.diag(np.diag(S)))),
        Misconception(
            "S plays no role here: all sensors are treated as equal and independent.",
            lambda points, S: noise_level(points, np.eye(len(S)))),
        Misconception(
            "S stands where its inverse belongs. A sensor with much noise must count less, not more.",
            forward_matrix),
        Misconception(
            "This is 1/S entry by entry (S ** -1 does the same). The inverse of a matrix is another one.",
            entry_by_entry),
        Misconception(
            "This sums over all pairs of readings, an N by N matrix; for centred readings that is 0. Each reading "
            "meets itself only: which of these entries are wanted?", all_pairs),
        Misconception(
            "The sum is not divided by anything. Put the derivative of L in s to zero: what does the first term give?",
            squares),
        Misconception(
            "This is divided by D only. The first term of L has a factor N, too.",
            lambda points, S: squares(points, S) / len(S)),
        Misconception(
            "This compares the variances alone, the traces of two covariances. It leaves out how the errors vary "
            "together.",
            lambda points, S: noise_level(points, np.eye(len(S))) * len(S) / np.trace(S)),
        Misconception(
            "This is half of it. L has N times the logarithm and the plain sum: no factor one half stands anywhere.",
            lambda points, S: noise_level(points, S) / 2),
        Misconception(
            "This is one over it. Set the derivative of L in s to zero: s stands below the sum of squares, so what "
            "comes out grows with them.",
            lambda points, S: 1 / noise_level(points, S)),
        Misconception(
            "The inverse of S is applied twice. In L it stands once, between the two differences.",
            lambda points, S: noise_level(points, S @ S)),
        Misconception(
            "This is twice what it should be. L has N times the logarithm and the plain sum.",
            lambda points, S: 2 * noise_level(points, S)),
        Misconception(
            "The median of each sensor is taken off. Which number makes a sum of squares smallest?",
            lambda points, S: around_origin(points - np.median(points, axis=0), S)),
        Misconception(
            "Here the determinants of two covariances are compared. L compares them by a trace: what is between the "
            "two differences in the sum?", by_determinants),
    ),
    hints=(
        "First $\\vec\\mu$: does the best one depend on $s$? Then only one number is left, and $L$ is a function of "
        "it.",
        "Take $s$ out of the determinant and out of the inverse. Careful: $S$ has $D$ rows, and the determinant feels "
        "each of them.",
        "$L = N\\log|S| + ND\\log s + \\dfrac1s\\sum_i\\vec r_i^{\\,T}S^{-1}\\vec r_i$ with $\\vec r_i = "
        "\\vec x_i - \\hat\\mu$. Now set the derivative in $s$ to zero.",
    ),
)
