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


def with_slope(slope):
    """The gradient with another slope of a sample's loss, from the errors and delta."""
    return lambda S, Y, weights, delta: weights[:, None] * slope(S - Y, delta) / weights.sum()


def with_shares(shares):
    """The gradient with other shares of the samples, from the weights, (N,)."""
    return lambda S, Y, weights, delta: shares(weights)[:, None] * np.clip(S - Y, -delta, delta)


def pieces(inside, beyond):
    """The gradient with other slopes inside delta and beyond it."""
    return with_slope(lambda R, delta: np.where(abs(R) <= delta, inside(R), beyond(R, delta)))


def line(R, delta):
    return delta * np.sign(R)


def huber(S, Y, delta):
    R = np.abs(S - Y)
    return np.where(delta < R, delta * (R - delta / 2), R ** 2 / 2)


def rows_shortened(R, delta):
    return R * np.minimum(1, delta / np.linalg.norm(R, axis=1, keepdims=True))


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
            "it one?", with_shares(lambda w: w / len(w))),
        Misconception(
            "The sum is divided by the number of samples that count. If all weights are doubled, a weighted mean stays "
            "as it is: which number makes it one?", with_shares(lambda w: w / np.count_nonzero(w))),
        Misconception(
            "The sum is divided by the mean of the weights. A weighted mean is divided by their sum.",
            with_shares(lambda w: w / w.mean())),
        Misconception(
            "There are two means: the sum is divided by the sum of the weights, and by N once more.",
            with_shares(lambda w: w / w.sum() / len(w))),
        Misconception(
            "The weights have no effect: every sample counts the same here.",
            with_shares(lambda w: np.ones_like(w) / len(w))),
        Misconception(
            "The weights have no effect, and there is no mean: every sample counts fully.", with_shares(np.ones_like)),
        Misconception(
            "The weights stand below the fraction only. In the sum above it each sample has its own weight, too.",
            with_shares(lambda w: np.ones_like(w) / w.sum())),
        Misconception(
            "The weighted sum is not divided by anything. It grows with every sample; a mean does not.",
            with_shares(lambda w: w)),
        Misconception(
            "The weights are squared. In the loss each stands once.", with_shares(lambda w: w ** 2 / w.sum())),
        Misconception(
            "The weights are squared. In the loss each stands once.", with_shares(lambda w: w ** 2 / (w ** 2).sum())),
        Misconception(
            "The sum of the weights divides twice. It stands once below the fraction.",
            with_shares(lambda w: w / w.sum() ** 2)),
        Misconception(
            "This is divided by the number of columns, too. A sample's loss is the sum over its outputs.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, weights, delta) / S.shape[1]),
        Misconception(
            "This is the gradient of the square everywhere. Where the error is larger than delta, the loss is a "
            "straight line: what is its slope?", with_slope(lambda R, delta: R)),
        Misconception(
            "Far out on the left the square goes on. The condition asks for the size of the error: on which sides is "
            "it larger than delta?", with_slope(np.minimum)),
        Misconception(
            "Far out on the right the square goes on. The condition asks for the size of the error: on which sides is "
            "it larger than delta?", with_slope(lambda R, delta: np.maximum(R, -delta))),
        Misconception(
            "Beyond delta the slope is 1 here. The line must go on as steep as the square is at delta.",
            pieces(lambda R: R, lambda R, delta: np.sign(R))),
        Misconception(
            "Beyond delta the slope is positive on both sides here. Far out on the left the loss falls: which sign "
            "does its slope have there?", pieces(lambda R: R, lambda R, delta: delta)),
        Misconception(
            "Beyond delta the slope has the wrong sign. On the right the line rises, on the left it falls.",
            pieces(lambda R: R, lambda R, delta: -line(R, delta))),
        Misconception(
            "Inside delta the slope is half of what it should be. What is the derivative of one half r squared?",
            pieces(lambda R: R / 2, line)),
        Misconception(
            "Beyond delta the slope is 0 here: a large error would never be mended. The line rises; how steeply?",
            pieces(lambda R: R, lambda R, delta: 0.0)),
        Misconception(
            "Inside delta there is a factor 2 too many. The square stands with a factor of one half.",
            pieces(lambda R: 2 * R, line)),
        Misconception(
            "Inside delta the sign of the error is lost. The square falls on the left: which sign does its slope have "
            "there?", pieces(np.abs, line)),
        Misconception(
            "The sign of the error is lost. Left of 0 the loss falls: which sign does its slope have there?",
            pieces(np.abs, lambda R, delta: delta)),
        Misconception(
            "Inside delta stands the loss, not its slope. What is the derivative of one half r squared?",
            pieces(lambda R: R ** 2 / 2, line)),
        Misconception(
            "Inside delta stands the square of the error. What is the derivative of one half r squared?",
            pieces(lambda R: R ** 2, line)),
        Misconception(
            "Inside delta stands the sign of the error alone, as if the loss were its size there. It is a square.",
            pieces(np.sign, line)),
        Misconception(
            "Beyond delta stands the loss, not its slope. What is the derivative of a straight line?",
            pieces(lambda R: R, lambda R, delta: delta * (abs(R) - delta / 2))),
        Misconception(
            "Beyond delta the slope grows with the error. A straight line has the same slope everywhere.",
            pieces(lambda R: R, lambda R, delta: delta * R)),
        Misconception(
            "Beyond delta the slope still has the part with one half delta. A constant has no slope.",
            pieces(lambda R: R, lambda R, delta: delta * (np.sign(R) - delta / 2))),
        Misconception(
            "Beyond delta the slope is half of what it should be. The line must go on as steep as the square is at "
            "delta.", pieces(lambda R: R, lambda R, delta: line(R, delta) / 2)),
        Misconception(
            "Beyond delta the slope is delta squared. The line must go on as steep as the square is at delta.",
            pieces(lambda R: R, lambda R, delta: delta * line(R, delta))),
        Misconception(
            "The errors are cut off at 1. The line begins at delta.", with_slope(lambda R, delta: np.clip(R, -1, 1))),
        Misconception(
            "All errors below 0 have the slope 0 here. The loss looks at their size.",
            with_slope(lambda R, delta: np.clip(R, 0, delta))),
        Misconception(
            "This is the slope of another loss, which bends smoothly. The Huber loss is a square up to delta, and a line "
            "from there on.", with_slope(lambda R, delta: R / np.sqrt(1 + (R / delta) ** 2))),
        Misconception(
            "Whole rows are shortened here, by their length. The loss looks at each entry on its own.",
            with_slope(rows_shortened)),
        Misconception(
            "The errors are weighted first and then cut off at delta. The loss cuts off the error as it is; the "
            "weight stands outside.",
            lambda S, Y, weights, delta: np.clip(weights[:, None] * (S - Y), -delta, delta) / weights.sum()),
        Misconception(
            "The two pieces have changed places: the square holds where the error is small.",
            with_slope(lambda R, delta: np.where(abs(R) > delta, R, line(R, delta)))),
        Misconception(
            "This is what each entry adds to the loss. Its slope in S was asked for.",
            lambda S, Y, weights, delta: weights[:, None] * huber(S, Y, delta) / weights.sum()),
        Misconception(
            "This is the loss. Its gradient in S was asked for, one slope for each output.",
            lambda S, Y, weights, delta: weights @ huber(S, Y, delta).sum(axis=1) / weights.sum()),
        Misconception(
            "These are the losses of the samples. The gradient in S was asked for, one slope for each output.",
            lambda S, Y, weights, delta: huber(S, Y, delta).sum(axis=1)),
        Misconception(
            "The slopes of each sample are added up. Each output has a slope of its own.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, weights, delta).sum(axis=1)),
        Misconception(
            "The sign is turned round: the error is the output minus the target.",
            lambda S, Y, weights, delta: -weighted_huber_gradient(S, Y, weights, delta)),
        Misconception(
            "This is half of it. The square has a factor one half, and its slope has none.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, weights, delta) / 2),
        Misconception(
            "The roots of the weights stand above the bar. Each weight is a factor as it is.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, np.sqrt(weights), delta)
            * np.sqrt(weights).sum() / weights.sum()),
        Misconception(
            "The targets are missing: the errors are the outputs minus the targets.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, np.zeros_like(Y), weights, delta)),
        Misconception(
            "This is divided by the largest weight. A weighted mean is divided by the sum of the weights.",
            lambda S, Y, weights, delta: weighted_huber_gradient(S, Y, weights, delta) * weights.sum() / weights.max()),
    ),
    hints=(
        "First the derivative of $\\rho$, one number at a time: inside, beyond on the right, beyond on the left.",
        "The three pieces fit together without a jump. Then ask what multiplies the slope of row $i$ in $L$.",
        "$\\rho'(r) = r$ for $|r|\\le\\delta$, and $\\rho'(r) = \\delta$ for $r>\\delta$. With the loss $\\ell_i$ of "
        "sample $i$: $\\;\\dfrac{\\partial L}{\\partial S_{ij}} = \\dfrac{w_i}{\\sum_k w_k}\\,\\dfrac{\\partial "
        "\\ell_i}{\\partial S_{ij}}$.",
    ),
)
