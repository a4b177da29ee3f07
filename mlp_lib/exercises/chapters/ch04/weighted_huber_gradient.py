"""The gradient of the Huber loss with weighted samples, in the outputs."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def weighted_huber_gradient(S, Y, weights, delta):
    """Gradient of the weighted mean Huber loss in the outputs S.

    S and Y are (N, K), weights is (N,) with entries >= 0 and a sum > 0, delta is a number > 0.
    The result is (N, K).
    """
    slope = np.clip(S - Y, -delta, delta)
    return weights[:, None] * slope / weights.sum()


def of_slope(S, Y, weights, slope):
    return weights[:, None] * slope / weights.sum()


def inputs(rng):
    N, K = draws.sizes(rng, 2, low=3)
    Y = rng.normal(size=(N, K))
    return (Y + 2 * rng.normal(size=(N, K)), Y, rng.uniform(0.2, 3, size=N),
            rng.uniform(1.2, 2.2))


def outlier(rng):
    S, Y, weights, delta = inputs(rng)
    S[0, 0] += 1e4
    S[1, 1] -= 1e4
    return S, Y, weights, delta


def left_out(rng):
    S, Y, weights, delta = inputs(rng)
    weights[1] = 0.0
    return S, Y, weights, delta


def clipped(S, Y, delta):
    return np.clip(S - Y, -delta, delta)


def pieces_swapped(S, Y, weights, delta):
    R = S - Y
    return of_slope(S, Y, weights, np.where(np.abs(R) > delta, R, delta * np.sign(R)))


def loss_itself(S, Y, weights, delta):
    R = np.abs(S - Y)
    return of_slope(S, Y, weights, np.where(delta < R, delta * (R - delta / 2), R**2 / 2))


def unit_beyond(S, Y, weights, delta):
    R = S - Y
    return of_slope(S, Y, weights, np.where(np.abs(R) <= delta, R, np.sign(R)))


def sign_lost(S, Y, weights, delta):
    R = S - Y
    return of_slope(S, Y, weights, np.where(np.abs(R) <= delta, R, delta))


def half_inside(S, Y, weights, delta):
    R = S - Y
    return of_slope(S, Y, weights, np.where(np.abs(R) <= delta, R / 2, delta * np.sign(R)))


def nothing_beyond(S, Y, weights, delta):
    R = S - Y
    return of_slope(S, Y, weights, np.where(np.abs(R) <= delta, R, 0.0))


def doubled_inside(S, Y, weights, delta):
    R = S - Y
    return of_slope(S, Y, weights, np.where(np.abs(R) <= delta, 2 * R, delta * np.sign(R)))


def rows_shortened(S, Y, weights, delta):
    R = S - Y
    length = np.linalg.norm(R, axis=1, keepdims=True)
    return of_slope(S, Y, weights, R * np.minimum(1, delta / length))


EXERCISE = Function(
    id="04.weighted_huber_gradient",
    title="Huber loss with weighted samples",
    section="04 §7",
    points=2,
    prompt=r"""
With the squared error a single wild target pulls the whole network: the slope grows with the error. The *Huber loss*
is a square near 0 and a straight line far out:

$$\rho(r) = \begin{cases} \tfrac12 r^2 & |r| \le \delta \\ \delta\,(|r| - \tfrac12\delta) & |r| > \delta. \end{cases}$$

Some samples are also measured better than others. Sample $i$ gets the weight $w_i \ge 0$, and the loss is the
*weighted mean* of the samples' losses:

$$L = \frac{1}{\sum_i w_i}\sum_{i=1}^N w_i \sum_{j=1}^K \rho(S_{ij} - Y_{ij}).$$

Write the gradient of $L$ in the outputs $S$ ($N \times K$) of the last layer. The targets $Y$ are $N \times K$,
`weights` is `(N,)` and its sum is not 0.
""",
    reference=weighted_huber_gradient,
    inputs=inputs,
    edges={"an error of 1e4": outlier, "a sample of weight 0": left_out},
    example="np.round(weighted_huber_gradient(np.array([[0.5, 3.0], [1.0, -2.0], [0.3, 0.1]]), np.zeros((3, 2)),\n"
            "                                 np.array([1.0, 2.0, 5.0]), 1.0), 4)",
    misconceptions=(
        Misconception(
            "The sum is divided by N. If all weights are doubled, a weighted mean stays as it is: which number makes "
            "it one?",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, weights, delta) * weights.mean()),
        Misconception(
            "The sum is divided by the number of samples that count. If all weights are doubled, a weighted mean stays "
            "as it is: which number makes it one?",
            lambda S, Y, weights, delta: (weighted_huber_gradient(S, Y, weights, delta)
                                          * weights.sum() / np.count_nonzero(weights))),
        Misconception(
            "The weights have no effect: every sample counts the same here.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, np.ones(len(S)), delta)),
        Misconception(
            "The weights stand below the fraction only. In the sum above it each sample has its own weight, too.",
            lambda S, Y, weights, delta: of_slope(S, Y, np.ones(len(S)), clipped(S, Y, delta)) * len(S) / weights.sum()),
        Misconception(
            "The weighted sum is not divided by anything. It grows with every sample; a mean does not.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, weights, delta) * weights.sum()),
        Misconception(
            "This is the gradient of the square everywhere. Where the error is larger than delta, the loss is a "
            "straight line: what is its slope?",
            lambda S, Y, weights, delta: of_slope(S, Y, weights, S - Y)),
        Misconception(
            "Far out on the left the square goes on. The condition asks for the size of the error: on which sides is "
            "it larger than delta?",
            lambda S, Y, weights, delta: of_slope(S, Y, weights, np.minimum(S - Y, delta))),
        Misconception(
            "Beyond delta the slope is 1 here. The line must go on as steep as the square is at delta.", unit_beyond),
        Misconception(
            "Beyond delta the slope is positive on both sides here. Far out on the left the loss falls: which sign "
            "does its slope have there?", sign_lost),
        Misconception(
            "Inside delta the slope is half of what it should be. What is the derivative of one half r squared?",
            half_inside),
        Misconception(
            "Beyond delta the slope is 0 here: a large error would never be mended. The line rises; how steeply?",
            nothing_beyond),
        Misconception(
            "Inside delta there is a factor 2 too many. The square stands with a factor of one half.", doubled_inside),
        Misconception(
            "Whole rows are shortened here, by their length. The loss looks at each entry on its own.",
            rows_shortened),
        Misconception(
            "The errors are weighted first and then cut off at delta. The loss cuts off the error as it is; the "
            "weight stands outside.",
            lambda S, Y, weights, delta: clipped(weights[:, None] * S, weights[:, None] * Y, delta) / weights.sum()),
        Misconception(
            "The two pieces have changed places: the square holds where the error is small.", pieces_swapped),
        Misconception(
            "This is what each entry adds to the loss. Its slope in S was asked for.", loss_itself),
        Misconception(
            "The sign is turned round: the error is the output minus the target.",
            lambda S, Y, weights, delta: -weighted_huber_gradient(S, Y, weights, delta)),
    ),
    hints=(
        "First the derivative of $\\rho$, one number at a time: inside, beyond on the right, beyond on the left.",
        "The three pieces fit together without a jump. Then ask what multiplies the slope of row $i$ in $L$.",
        "$\\rho'(r) = r$ for $|r|\\le\\delta$, and $\\rho'(r) = \\delta$ for $r>\\delta$. With the loss $\\ell_i$ of "
        "sample $i$: $\\;\\dfrac{\\partial L}{\\partial S_{ij}} = \\dfrac{w_i}{\\sum_k w_k}\\,\\dfrac{\\partial "
        "\\ell_i}{\\partial S_{ij}}$.",
    ),
)
