"""One step of a pair, the discriminator first, the generator through it as it is then."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import sigmoid


def step_of_the_pair(X, Z, U, V, w, rate):
    """One step of the discriminator, then one of the generator.

    X is (N, n), real samples; Z is (M, z), noise. The generator makes tanh(Z U), U is (z, n); the
    discriminator's scores are tanh(X V) w, V is (n, k) and w is (k,). Returns the new U, V and w.
    """
    made = np.tanh(Z @ U)
    both = np.vstack([X, made])
    K = np.tanh(both @ V)
    slopes = sigmoid(K @ w)
    slopes[: len(X)] = (slopes[: len(X)] - 1) / len(X)
    slopes[len(X):] = slopes[len(X):] / len(Z)
    dV, dw = both.T @ (np.outer(slopes, w) * (1 - K**2)), K.T @ slopes
    V, w = V - rate * dV, w - rate * dw
    K = np.tanh(made @ V)
    slopes = (sigmoid(K @ w) - 1) / len(Z)
    d_made = (np.outer(slopes, w) * (1 - K**2)) @ V.T
    return U - rate * Z.T @ (d_made * (1 - made**2)), V, w


def inputs(rng):
    N, M, n, z, k = draws.sizes(rng, 5, low=2, high=8)
    return (rng.normal(size=(N, n)) + 1, rng.normal(size=(M, z)), rng.normal(size=(z, n)),
            rng.normal(size=(n, k)), rng.normal(size=k), 0.7)


def one_of_each(rng):
    X, Z, *rest = inputs(rng)
    return X[:1], Z[:1], *rest


def sure(rng):
    X, Z, U, V, w, rate = inputs(rng)
    return X, Z, U, V, 4 * w, rate


def slopes_of(K, w, X, Z, labels=(1, 0), mean=(True, True)):
    """Slopes of L_D at the scores of real and of made samples."""
    parts = np.split(sigmoid(K @ w), [len(X)])
    return np.concatenate([(p - label) / (len(p) if m else 1)
                           for p, label, m in zip(parts, labels, mean)])


def of_generator(p, M, loss="other"):
    """Slopes of the generator's loss at the scores of what it made, from their sigmoid."""
    return {"other": p - 1, "saturating": -p, "sign": 1 - p, "sum": (p - 1) * M,
            "made": p}[loss] / M


def wrongly(*, labels=(1, 0), mean=(True, True), loss="other", stopped=True, seen="new",
            moved=False, tanh=True, inner=True, climbs=False, only=None):
    """The step with one thing wrong, as a function of the arguments of the exercise."""
    def step(X, Z, U, V, w, rate):
        made = np.tanh(Z @ U)
        both, old = np.vstack([X, made]), (U, V, w)
        K = np.tanh(both @ V)
        slopes = slopes_of(K, w, X, Z, labels, mean)
        back = np.outer(slopes, w) * (1 - K**2 if inner else 1)
        sign = -1 if climbs else 1
        V_new, w_new = V - sign * rate * both.T @ back, w - sign * rate * K.T @ slopes
        if not stopped:
            U = U - rate * Z.T @ ((back @ V.T)[len(X):] * (1 - made**2))
        V_in, w_in = (V_new, w_new) if seen == "new" else (V, w)
        K = np.tanh(made @ V_in)
        slopes = of_generator(sigmoid(K @ w_in), len(Z), loss)
        back = np.outer(slopes, w_in) * (1 - K**2 if inner else 1)
        U_new = U - rate * Z.T @ ((back @ V_in.T) * (1 - made**2 if tanh else 1))
        if moved:
            V_new, w_new = V_new - rate * made.T @ back, w_new - rate * K.T @ slopes
        found = U_new, V_new, w_new
        return tuple(new if only is None or i in only else before
                     for i, (new, before) in enumerate(zip(found, old)))

    return step


EXERCISE = Function(
    id="12.step_of_the_pair",
    title="One step of the pair, by hand",
    section="12 §6",
    points=5,
    prompt=r"""
A small pair: the generator makes $X' = \tanh(ZU)$, and the discriminator's scores are $s = \tanh(XV)\,w$, without biases.
Write one step of the game, both by plain gradient descent with the same `rate`:

1. The discriminator moves on $L_D = \frac1N\sum\zeta(-s_i) + \frac1M\sum\zeta(s'_j)$, on $N$ real and $M$ made samples.
2. The generator moves on the non-saturating $L_G = \frac1M\sum\zeta(-s'_j)$. It uses **the same noise** $Z$ and the
   discriminator **as it is after its step**.

`X` is $(N, n)$, `Z` is $(M, z)$, `U` is $(z, n)$, `V` is $(n, k)$, `w` is $(k,)$. Return the new $U$, $V$ and $w$; the arguments
stay as they are.
""",
    reference=step_of_the_pair,
    parts=("U", "V", "w"),
    inputs=inputs,
    edges={"one sample of each kind": one_of_each, "a sure discriminator": sure},
    misconceptions=(
        Misconception(
            "The discriminator's step did not stop at the made samples: its loss has moved the generator's weights, too. "
            "That helps the opponent.", wrongly(stopped=False)),
        Misconception(
            "The generator was moved by the saturating loss. Asked is the one whose slope is largest where the "
            "discriminator is sure.", wrongly(loss="saturating")),
        Misconception(
            "The generator goes the wrong way: its samples get lower scores.", wrongly(loss="sign")),
        Misconception(
            "The labels are swapped in the discriminator's loss: it learns to call made samples real.",
            wrongly(labels=(0, 1))),
        Misconception(
            "The discriminator's slopes are those of sums. Each kind of samples has its own mean.",
            wrongly(mean=(False, False))),
        Misconception(
            "The generator's slopes are those of a sum over the made samples. Its loss is their mean.",
            wrongly(loss="sum")),
        Misconception(
            "The generator looked at the discriminator as it was before its step. The steps are made in turn.",
            wrongly(seen="old")),
        Misconception(
            "The discriminator was moved a second time, by the generator's loss. In the generator's step it rests, and "
            "only lets the gradient through.", wrongly(moved=True)),
        Misconception(
            "The slope of the generator's tanh is missing on the way to U.", wrongly(tanh=False)),
        Misconception(
            "The slope of the discriminator's tanh is missing, in both steps.", wrongly(inner=False)),
        Misconception(
            "The discriminator climbs its loss. A step goes against the gradient.", wrongly(climbs=True)),
        Misconception(
            "The generator was given the discriminator's loss on made samples: it learns to be found out.",
            wrongly(loss="made")),
        Misconception(
            "Only the discriminator has moved. Its step is right; the generator's is missing.",
            wrongly(only=(1, 2))),
        Misconception(
            "Only the generator has moved in what came back. It did see the new discriminator; return that, too.",
            wrongly(only=(0,))),
        Misconception(
            "The mean over the made samples is missing in the discriminator's loss; that over the real ones is there.",
            wrongly(mean=(True, False))),
        Misconception(
            "The mean over the real samples is missing in the discriminator's loss; that over the made ones is there.",
            wrongly(mean=(False, True))),
        Misconception(
            "Both kinds got the label 1. Made samples are not real.", wrongly(labels=(1, 1))),
    ),
    hints=(
        "Write the forward pass once for real and made samples together, with the slopes at the scores below it.",
        "Before the second step the made samples are sent through the new discriminator again: new values, new slopes.",
        "$\\nabla_{X'}L_G = \\big((\\nabla_{s'}L_G\\,w^T)\\odot(1-K\\odot K)\\big)V^T$, and "
        "$\\nabla_U L_G = Z^T(\\nabla_{X'}L_G\\odot(1-X'\\odot X'))$.",
    ),
)
