"""All gradients of a three-layer tanh network whose samples count differently."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import sigmoid, softmax


def weighted_tanh_gradients(X, y, c, W1, b1, W2, b2, W3, b3):
    """Gradients of the weighted mean cross-entropy of a network tanh, tanh, softmax.

    X is (B, n0), y is (B, K) one-hot, c is (B,), weights of the samples, >= 0, not all 0; W1 is
    (n0, n1), b1 is (n1,), and so on. Returns dW1, db1, dW2, db2, dW3, db3, shaped like W1, b1, ...
    """
    a1 = np.tanh(X @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (softmax(a2 @ W3 + b3) - y) * c[:, None] / c.sum()
    dz2 = (dz3 @ W3.T) * (1 - a2 ** 2)
    dz1 = (dz2 @ W2.T) * (1 - a1 ** 2)
    return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0), a2.T @ dz3, dz3.sum(axis=0)


def inputs(rng):
    B, n0, n1, n2, K = draws.sizes(rng, 5)
    shapes = (n0, n1), (n1,), (n1, n2), (n2,), (n2, K), (K,)
    return (rng.normal(size=(B, n0)), np.eye(K)[draws.labels(rng, B, K)], rng.uniform(0.5, 3, size=B),
            *(rng.normal(size=shape) / 2 for shape in shapes))


def left_out(rng):
    X, y, c, *rest = inputs(rng)
    return X, y, np.append(0, rng.integers(2, 5, size=len(c) - 1)), *rest


def scaled(factor):
    """The right gradients, times what ``factor`` makes of the weights of the samples."""
    def answer(X, y, c, *rest):
        return tuple(factor(c) * part for part in weighted_tanh_gradients(X, y, c, *rest))

    return answer


def weighted_error(p, y, c):
    return (p - y) * c[:, None] / c.sum()


def tanh_slope(a):
    return 1 - a ** 2


def sigmoid_slope(a):
    return a * (1 - a)


def slope_of_the_value(a):
    return 1 - np.tanh(a) ** 2


def with_slopes(second=tanh_slope, first=tanh_slope, *, hidden=np.tanh, top=weighted_error):
    """The same way down with other slopes, other hidden units, or another error at the top."""
    def answer(X, y, c, W1, b1, W2, b2, W3, b3):
        a1 = hidden(X @ W1 + b1)
        a2 = hidden(a1 @ W2 + b2)
        dz3 = top(softmax(a2 @ W3 + b3), y, c)
        dz2 = (dz3 @ W3.T) * second(a2)
        dz1 = (dz2 @ W2.T) * first(a1)
        return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0), a2.T @ dz3, dz3.sum(axis=0)

    return answer


def unweighted(X, y, c, *rest):
    return weighted_tanh_gradients(X, y, np.ones(len(c)), *rest)


def biases_unweighted(X, y, c, *rest):
    weighted, plain = weighted_tanh_gradients(X, y, c, *rest), unweighted(X, y, c, *rest)
    return tuple(plain[i] if i % 2 else weighted[i] for i in range(6))


def weighted_in_each_layer(X, y, c, *rest):
    once, twice, thrice = (weighted_tanh_gradients(X, y, c ** k, *rest) for k in (1, 2, 3))
    sums = [np.sum(c ** k) / c.sum() for k in (1, 2, 3)]
    return (*(sums[2] * part for part in thrice[:2]), *(sums[1] * part for part in twice[2:4]),
            *once[4:])


def shares_in_each_layer(X, y, c, *rest):
    return weighted_in_each_layer(X, y, c / c.sum(), *rest)


def biases_averaged(X, *rest):
    found = weighted_tanh_gradients(X, *rest)
    return tuple(part / len(X) if part.ndim == 1 else part for part in found)


ANEW = ("The weights of the samples came in anew at each layer. They stand once in the loss; after they have entered "
        "the error at the top, they travel down with it.")

EXERCISE = Function(
    id="06.weighted_tanh_gradients",
    title="Three tanh layers, weighted samples",
    section="06 §6",
    points=5,
    prompt=r"""
Some digits are rare, some are badly written. So sample $i$ gets a weight $c_i \ge 0$, and the loss becomes the weighted
mean

$$L = \frac{\sum_i c_i\,L_{CE}^{[i]}}{\sum_i c_i}.$$

The network is the chapter's, with **tanh** in place of the sigmoid: $X \to \tanh \to \tanh \to$ softmax, sizes
$n_0, n_1, n_2, K$; $y$ is one-hot ($B\times K$).

Write all gradients of $L$ and return them in the order $W^{[1]}, b^{[1]}, W^{[2]}, b^{[2]}, W^{[3]}, b^{[3]}$, each
shaped like its parameter. Here a bias is an array of one axis, such as $(n_1,)$. They are gradients of $L$ itself, not
a multiple of it. Some weights of samples may be 0.
""",
    reference=weighted_tanh_gradients,
    inputs=inputs,
    edges={"a sample of weight 0": left_out},
    parts=("dW1", "db1", "dW2", "db2", "dW3", "db3"),
    misconceptions=(
        Misconception(
            "The sum was divided by the number of samples. A weighted mean is divided by the sum of the weights.",
            scaled(lambda c: c.mean())),
        Misconception(
            "This is the gradient of the weighted sum. The loss is divided by the sum of the weights.",
            scaled(lambda c: c.sum())),
        Misconception(
            "There are two means here: the sum is divided by the sum of the weights, and by the number of samples "
            "once more.",
            scaled(lambda c: 1 / len(c))),
        Misconception(
            "The weights of the samples have no effect: all samples count the same.", unweighted),
        Misconception(
            "The sum was divided by the number of samples that count. A weighted mean is divided by the sum of the "
            "weights.",
            scaled(lambda c: c.sum() / np.count_nonzero(c))),
        Misconception(
            "The weights stand below the fraction only. In the sum above it each sample has its own weight, too.",
            with_slopes(top=lambda p, y, c: (p - y) / c.sum())),
        Misconception(
            "The weight was put on the one-hot row alone. It multiplies the whole loss of its sample, so the whole "
            "error.",
            with_slopes(top=lambda p, y, c: (p - c[:, None] * y) / c.sum())),
        Misconception(
            ANEW, weighted_in_each_layer),
        Misconception(
            ANEW, shares_in_each_layer),
        Misconception(
            "Both passes have the chapter's sigmoid inside. Here the hidden layers have tanh.",
            with_slopes(sigmoid_slope, sigmoid_slope, hidden=sigmoid)),
        Misconception(
            "The gradients of the biases are means over the samples. The loss's own mean is contained in the error at "
            "the top; the chain rule asks for a sum.", biases_averaged),
        Misconception(
            "The biases do not know the weights of the samples. Their gradient sums the same errors as that of the "
            "weights.", biases_unweighted),
        Misconception(
            "This is the slope of the sigmoid, a(1-a). What is the slope of tanh, told by its value?",
            with_slopes(sigmoid_slope, sigmoid_slope)),
        Misconception(
            "The slope of tanh was taken at the value, as if it were the score: tanh is in it twice.",
            with_slopes(slope_of_the_value, slope_of_the_value)),
        Misconception(
            "The slope of the first hidden layer is missing. The error in its values is not yet the error in its "
            "scores.",
            with_slopes(tanh_slope, lambda a: 1)),
        Misconception(
            "The slope of the second hidden layer is missing. The error in its values is not yet the error in its "
            "scores.",
            with_slopes(lambda a: 1, tanh_slope)),
        Misconception(
            "The slopes of both hidden layers are missing, as if there were no tanh.",
            with_slopes(lambda a: 1, lambda a: 1)),
        Misconception(
            "The slope of tanh is not 1 minus its value: at the value -1 that would be 2, where tanh is flat.",
            with_slopes(lambda a: 1 - a, lambda a: 1 - a)),
    ),
    hints=(
        "Only two things are new. Which of the eleven lines know the activation? Which one is the first that meets the "
        "loss?",
        "The backward pass is linear in the error at the top. What enters there once reaches all six gradients.",
        "$(\\mathrm{dz3})_{ij} = \\dfrac{c_i}{\\sum_s c_s}\\,(\\hat y_j^{(i)} - y_j^{(i)})$, and a tanh unit passes on "
        "the share $1-a^2$.",
    ),
)
