"""The gradient of a loss with two penalties, from the sum over the batch."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def elastic_gradient(W, dW_sum, B, l1, l2):
    """Gradient of the mean loss plus l1 times all absolute values plus l2 times all squares of W.

    W and dW_sum are (m, n); dW_sum is B times the gradient of the mean loss over B samples;
    l1, l2 >= 0. The result is (m, n).
    """
    return dW_sum / B + l1 * np.sign(W) + 2 * l2 * W


def inputs(rng):
    m, n, B = draws.sizes(rng, 3, high=9)
    return (rng.normal(size=(m, n)), B * rng.normal(size=(m, n)), B, rng.uniform(0.2, 0.5),
            rng.uniform(0.2, 0.5))


def some_zero(rng):
    W, dW_sum, B, l1, l2 = inputs(rng)
    W[0], W[1, 0] = 0, 0
    return W, dW_sum, B, l1, l2


@np.errstate(invalid="ignore")
def by_its_size(W, dW, B, l1, l2):
    return dW / B + l1 * W / np.abs(W) + 2 * l2 * W


def of_absolute(part):
    """Another part of the absolute values; ``part`` takes W and l1."""
    return lambda W, dW, B, l1, l2: dW / B + part(W, l1) + 2 * l2 * W


def of_squares(part):
    """Another part of the squares; ``part`` takes W and l2."""
    return lambda W, dW, B, l1, l2: dW / B + l1 * np.sign(W) + part(W, l2)


def divided(loss, absolute, squares):
    """Each of the three parts over its own power of B."""
    return lambda W, dW, B, l1, l2: (dW / B ** loss + l1 * np.sign(W) / B ** absolute
                                     + 2 * l2 * W / B ** squares)


ONE_SIDED = ("At a weight of exactly 0 the first penalty pushes to one side here. The exercise asks for the slope 0 "
             "there.")

EXERCISE = Function(
    id="06.elastic_gradient",
    title="Two penalties at once",
    section="06 §7",
    points=2,
    prompt=r"""
A penalty on squares makes weights small, a penalty on absolute values makes many of them exactly zero. The *elastic
net* takes both:

$$L^{\text{elastic}} = L + \lambda_1 \sum_{r,j} |w_{rj}| + \lambda_2 \sum_{r,j} w_{rj}^2$$

$L$ is the mean cross-entropy of a batch of $B$ samples. As in the chapter, the program holds `dW_sum`, which is $B$
times the gradient of $L$, for a layer with weights `W` ($m \times n$).

Write the gradient of $L^{\text{elastic}}$ in the weights ($m \times n$). At a weight that is exactly 0 the absolute
value has a kink; take the slope 0 there.
""",
    reference=elastic_gradient,
    inputs=inputs,
    edges={"some weights are 0": some_zero},
    example="elastic_gradient(np.array([[2.0, -1.0], [0.0, 0.5]]), np.array([[4.0, 8.0], [-4.0, 0.0]]), 4, 0.1, 0.5)",
    misconceptions=(
        Misconception(
            "The squares came out at half their strength: the slope of a square is twice the weight.",
            lambda W, dW, B, l1, l2: dW / B + l1 * np.sign(W) + l2 * W),
        Misconception(
            "The penalties were added to the sum over the batch and then divided by B as well. So they weaken when the "
            "batch grows. Which part of the loss is a mean?",
            lambda W, dW, B, l1, l2: (dW + l1 * np.sign(W) + 2 * l2 * W) / B),
        Misconception(
            "The sum over the batch was not divided by B. The loss holds the mean.",
            lambda W, dW, B, l1, l2: dW + l1 * np.sign(W) + 2 * l2 * W),
        Misconception(
            "The absolute value itself was added, not its slope. It would push all weights the same way, the negative "
            "ones away from zero.",
            lambda W, dW, B, l1, l2: dW / B + l1 * np.abs(W) + 2 * l2 * W),
        Misconception(
            "The slope of the absolute value is 1 everywhere here, also for negative weights. They would be pushed "
            "away from zero.",
            lambda W, dW, B, l1, l2: dW / B + l1 + 2 * l2 * W),
        Misconception(
            "For negative weights the first penalty has no slope here. Their absolute value falls when they grow: what "
            "is its slope?",
            lambda W, dW, B, l1, l2: dW / B + l1 * (W > 0) + 2 * l2 * W),
        Misconception(
            "The two strengths have changed places: l1 belongs to the absolute values, l2 to the squares.",
            lambda W, dW, B, l1, l2: elastic_gradient(W, dW, B, l2, l1)),
        Misconception(
            ONE_SIDED, lambda W, dW, B, l1, l2: dW / B + l1 * np.where(W < 0, -1, 1) + 2 * l2 * W),
        Misconception(
            ONE_SIDED, lambda W, dW, B, l1, l2: dW / B + l1 * np.where(W > 0, 1, -1) + 2 * l2 * W),
        Misconception(
            "At a weight of exactly 0 the weight is divided by its size, and 0/0 is nan. The exercise asks for the slope "
            "0 there.",
            by_its_size),
        Misconception(
            "The penalty on the absolute values is missing in this gradient.",
            lambda W, dW, B, l1, l2: dW / B + 2 * l2 * W),
        Misconception(
            "The penalty on the squares is missing in this gradient.",
            lambda W, dW, B, l1, l2: dW / B + l1 * np.sign(W)),
        Misconception(
            "The square itself was added, not its slope. It would push all weights the same way.",
            lambda W, dW, B, l1, l2: dW / B + l1 * np.sign(W) + l2 * W ** 2),
        Misconception(
            "The absolute value has the slope of l1 times the weight here. Its slope has the same size for large and "
            "small weights.",
            lambda W, dW, B, l1, l2: dW / B + (l1 + 2 * l2) * W),
        Misconception(
            "The signs of the penalties are turned round: this gradient would let the weights grow.",
            lambda W, dW, B, l1, l2: dW / B - l1 * np.sign(W) - 2 * l2 * W),
        Misconception(
            "Neither penalty is in this gradient.", lambda W, dW, B, l1, l2: dW / B),
        Misconception(
            "This is B times the gradient. The loss itself is asked, with its mean.",
            lambda W, dW, B, l1, l2: B * elastic_gradient(W, dW, B, l1, l2)),
        Misconception(
            "The penalty on the absolute values was divided by B as well. Which part of the loss is a mean?",
            divided(1, 1, 0)),
        Misconception(
            "The penalty on the squares was divided by B as well. Which part of the loss is a mean?",
            divided(1, 0, 1)),
        Misconception(
            "The gradient of L was divided by B twice.", divided(2, 0, 0)),
        Misconception(
            "The gradient of L was multiplied by B. The program holds B times that gradient already.",
            divided(-1, 0, 0)),
        Misconception(
            "The gradient of L is missing: these are the penalties alone.",
            lambda W, dW, B, l1, l2: l1 * np.sign(W) + 2 * l2 * W),
        Misconception(
            "The gradient of L has its sign turned round.",
            lambda W, dW, B, l1, l2: -dW / B + l1 * np.sign(W) + 2 * l2 * W),
        Misconception(
            "All signs are turned round. A step against this would raise the loss.",
            lambda *args: -elastic_gradient(*args)),
        Misconception(
            "The sign of the penalty on the absolute values is turned round: this gradient would let the weights grow.",
            of_absolute(lambda W, l1: -l1 * np.sign(W))),
        Misconception(
            "The sign of the penalty on the squares is turned round: this gradient would let the weights grow.",
            of_squares(lambda W, l2: -2 * l2 * W)),
        Misconception(
            "The absolute values count twice. Their slope is 1 or -1; the 2 belongs to the squares.",
            of_absolute(lambda W, l1: 2 * l1 * np.sign(W))),
        Misconception(
            "The absolute values count half. Their slope is 1 or -1.",
            of_absolute(lambda W, l1: l1 / 2 * np.sign(W))),
        Misconception(
            "The absolute values were treated like squares. Their slope has the same size for large and small weights.", of_absolute(lambda W, l1: 2 * l1 * W)),
        Misconception(
            "The strength of the absolute values is missing.", of_absolute(lambda W, l1: np.sign(W))),
        Misconception(
            "The strength of the squares is missing.", of_squares(lambda W, l2: 2 * W)),
        Misconception(
            "The whole sum of the absolute values was added to each entry. Its slope in each weight was asked for.",
            of_absolute(lambda W, l1: l1 * np.abs(W).sum())),
        Misconception(
            "The whole sum of the squares was added to each entry. Its slope in each weight was asked for.",
            of_squares(lambda W, l2: l2 * np.sum(W ** 2))),
        Misconception(
            "Both penalties were added as they are, one number for all entries. Their slopes in each weight were asked "
            "for.", lambda W, dW, B, l1, l2: dW / B + l1 * np.abs(W).sum() + l2 * np.sum(W ** 2)),
        Misconception(
            "These are the penalties, one number. The gradient in the weights was asked for.",
            lambda W, dW, B, l1, l2: l1 * np.abs(W).sum() + l2 * np.sum(W ** 2)),
        Misconception(
            "Neither penalty was differentiated: the absolute value and the square stand in the gradient.",
            lambda W, dW, B, l1, l2: dW / B + l1 * np.abs(W) + l2 * W ** 2),
        Misconception(
            "The squares have the slope of twice the squared weight here. When a square is differentiated, its exponent "
            "falls.", of_squares(lambda W, l2: 2 * l2 * W ** 2)),
        Misconception(
            "The squares push all weights the same way here. The slope of a square has the sign of the weight.",
            of_squares(lambda W, l2: 2 * l2 * np.abs(W))),
        Misconception(
            "There is one factor 2 too many: the slope of a square is twice the weight.",
            of_squares(lambda W, l2: 4 * l2 * W)),
        Misconception(
            "The weights were divided by their norm, as if the penalty were the norm itself. It is the sum of squares.",
            of_squares(lambda W, l2: l2 * W / np.linalg.norm(W))),
        Misconception(
            "The penalties were divided by the number of weights. The loss holds their sums.",
            lambda W, dW, B, l1, l2: dW / B + (l1 * np.sign(W) + 2 * l2 * W) / W.size),
        Misconception(
            "The sign is that of the gradient of L. The absolute value is one of the weight.",
            lambda W, dW, B, l1, l2: dW / B + l1 * np.sign(dW) + 2 * l2 * W),
    ),
    hints=(
        "Three terms, three slopes. Look at one entry $w_{rj}$: in how many terms of each sum does it stand?",
        "The slope of $|w|$ for $w>0$ and for $w<0$? And only one of the three terms is a mean over the batch.",
        "$\\dfrac{\\partial L^{\\text{elastic}}}{\\partial w_{rj}} = \\dfrac{\\partial L}{\\partial w_{rj}} + "
        "\\lambda_1 \\dfrac{\\mathrm d|w_{rj}|}{\\mathrm dw_{rj}} + \\lambda_2\\,\\dfrac{\\mathrm dw_{rj}^2}{\\mathrm "
        "dw_{rj}}$.",
    ),
)
