"""The gradient of the information of an experiment, in the weights of its measurements."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def information_gradient(w, X):
    """Gradient in w of ln det(X^T diag(w) X).

    w is (n,), not negative; X is (n, m) with n > m. The result is (n,).
    """
    S = X.T @ (w[:, None] * X)
    return np.sum(X @ np.linalg.inv(S) * X, axis=1)


def inputs(rng):
    m, = draws.sizes(rng, 1, low=2, high=4)
    n, = draws.sizes(rng, 1, low=6, high=9)
    return rng.uniform(0.5, 2, size=n), rng.normal(size=(n, m))


def weight_zero(rng):
    w, X = inputs(rng)
    w[1] = 0
    return w, X


def other_units(rng):
    w, X = inputs(rng)
    X[:, 0] *= 1e-4
    return w, X


def tiny_units(rng):
    w, X = inputs(rng)
    X[:, 1] *= 1e-8
    return w, X


def information(w, X):
    return X.T @ (w[:, None] * X)


def on_the_diagonal(w, X, added):
    return np.sum(X @ np.linalg.inv(information(w, X) + added * np.eye(X.shape[1])) * X, axis=1)


def with_inverse(w, X, inverse):
    return np.sum(X @ inverse(information(w, X)) * X, axis=1)


@np.errstate(invalid="ignore")
def divided_out_again(w, X):
    return w * information_gradient(w, X) / w


@np.errstate(divide="ignore")
def one_over_weights(w, X):
    return 1 / w


CUT_OFF = ("Right, until a column is in small units. Then directions in which S is small beside its largest entries are "
           "dropped: a pseudoinverse or a least-squares solver takes them for 0. S is invertible: nothing has to be cut "
           "off.")

EXERCISE = Function(
    id="02.information_gradient",
    title="Which measurement tells most?",
    section="02 §6",
    points=3,
    prompt=r"""
An experiment is planned: row $i$ of $X$ ($n\times m$, $n>m$) describes measurement $i$, and $w_i\ge0$ says how often
it is taken. How much is learned is measured by

$$f(w) = \ln\big|S\big|, \qquad S = X^T\,\mathrm{diag}(w)\,X.$$

$S$ is $m\times m$; take it as invertible. The gradient of $f$ in $w$ tells which measurement is worth repeating. Write
it: $n$ entries.

Some $w_i$ may be zero, and the columns of $X$ may come in very different units.
""",
    reference=information_gradient,
    inputs=inputs,
    edges={"a weight of zero": weight_zero, "a column in other units": other_units, "a column of size 1e-8": tiny_units},
    example="X = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 9.0]])\n"
            "np.round(information_gradient(np.ones(4), X), 4)",
    misconceptions=(
        Misconception(
            "This follows the misprinted law of the determinant, with one over the number of rows in front. The "
            "mended law has no such factor.",
            lambda w, X: information_gradient(w, X) / X.shape[1]),
        Misconception(
            "This is the gradient of the determinant. f is its logarithm, and a logarithm divides by what is inside.",
            lambda w, X: information_gradient(w, X) * np.linalg.det(information(w, X))),
        Misconception(
            "Each entry is multiplied by its weight once more. f is a logarithm of something linear in w: the "
            "differential of w stands where w stood.",
            lambda w, X: w * information_gradient(w, X)),
        Misconception(
            "Right, until a weight is zero: then 0/0 is nan. A factor w that is divided out again at the end need not "
            "come in.", divided_out_again),
        Misconception(
            "The entries with weight zero are set to zero. A measurement that is not taken yet would tell something, "
            "too, if it were taken.",
            lambda w, X: np.where(w > 0, information_gradient(w, X), 0)),
        *(Misconception(
            "A small number is added to the diagonal of S. In other units the entries of S may themselves be as small. "
            "S is invertible: nothing has to be added.",
            lambda w, X, added=added: on_the_diagonal(w, X, added)) for added in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)),
        Misconception(
            "The weights are missing in S. They take part in the determinant, so they do in its inverse.",
            lambda w, X: information_gradient(np.ones_like(w), X)),
        Misconception(
            "This sums whole rows of an n by n matrix. A trace takes its diagonal.",
            lambda w, X: np.sum(X @ np.linalg.inv(information(w, X)) @ X.T, axis=1)),
        Misconception(
            "This is an n by n matrix. The gradient has the shape of w. Which of these entries does the trace take?",
            lambda w, X: X @ np.linalg.inv(information(w, X)) @ X.T),
        Misconception(
            "S stands where its inverse belongs. A measurement in a direction that is well known tells little.",
            lambda w, X: np.sum(X @ information(w, X) * X, axis=1)),
        *(Misconception(CUT_OFF, lambda w, X, cut=cut: with_inverse(w, X, lambda S: np.linalg.pinv(S, rcond=cut)))
          for cut in (1e-15, 1e-6)),
        Misconception(
            "Everything is twice what it should be. The weights come into S once, not squared, and f has no factor.",
            lambda w, X: 2 * information_gradient(w, X)),
        Misconception(
            "Everything is half of what it should be. X comes into S twice, but it is w that moves, and it comes in once.",
            lambda w, X: information_gradient(w, X) / 2),
        Misconception(
            "Everything has the wrong sign. One more measurement never tells less: f does not fall with any weight.",
            lambda w, X: -information_gradient(w, X)),
        Misconception(
            "This is divided by the determinant. The inverse of S holds that division already.",
            lambda w, X: information_gradient(w, X) / np.linalg.det(information(w, X))),
        Misconception(
            "The weights are squared in S, as if sqrt(w) were w. Each stands once between the two X.",
            lambda w, X: information_gradient(w**2, X)),
        Misconception(
            "In S stand the roots of the weights. Between the two X each weight stands as it is.",
            lambda w, X: information_gradient(np.sqrt(w), X)),
        Misconception(
            "A weight of 0 counts as 1 in S. A measurement that is not taken tells nothing yet.",
            lambda w, X: information_gradient(np.where(w > 0, w, 1), X)),
        Misconception(
            "This is one over the weights, as if S were diag(w) alone. In S each weight comes with its row of X.",
            one_over_weights),
        Misconception(
            "The sum runs over the measurements, so m entries are left. Each entry of the gradient belongs to one "
            "measurement: sum over the features.",
            lambda w, X: np.sum(X @ np.linalg.inv(information(w, X)) * X, axis=0)),
        Misconception(
            "This is f itself, one number. Its gradient in w was asked for.",
            lambda w, X: np.linalg.slogdet(information(w, X))[1]),
        Misconception(
            "This is divided by n, the number of measurements. f is no mean.",
            lambda w, X: information_gradient(w, X) / len(w)),
        Misconception(
            "The weights are made to add up to 1 first. f takes them as they are: twice as many measurements tell more.",
            lambda w, X: information_gradient(w / w.sum(), X)),
    ),
    hints=(
        "Find $d\\ln|S|$ from the mended law 6. Then find $dS$ when $w$ moves by $dw$.",
        "$\\mathrm{diag}(w)$ is linear in $w$. Turn the trace until $\\mathrm{diag}(dw)$ stands at the end: of the "
        "matrix before it, the trace reads only a part.",
        "$df = \\mathrm{Tr}\\big(S^{-1}X^T\\mathrm{diag}(dw)\\,X\\big) = \\mathrm{Tr}\\big(XS^{-1}X^T\\,"
        "\\mathrm{diag}(dw)\\big)$.",
    ),
)
