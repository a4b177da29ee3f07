"""A training pass of batch normalisation over a batch in which some rows are padding."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def padded_batch_statistics(X, real, mean, variance, momentum, eps):
    """Normalised batch, new running mean and new running variance, in training.

    X is (N, n), real is (N,), 1 for at least two rows and 0 for padding; mean and variance are (n,), the
    running ones so far; momentum is the share of the batch in the new ones. Returns Z (N, n),
    with 0 in the rows that are not real, and the new running mean and variance, (n,) each.
    """
    R = X[real == 1]
    m, v, k = R.mean(axis=0), R.var(axis=0), len(R)
    Z = real[:, None] * (X - m) / np.sqrt(v + eps)
    return Z, mean + momentum * (m - mean), variance + momentum * (v * k / (k - 1) - variance)


def inputs(rng):
    N, n = draws.sizes(rng, 2, low=4, high=9)
    real = np.ones(N, int)
    real[rng.choice(N, int(rng.integers(1, N - 2)), replace=False)] = 0
    X = rng.normal(size=(N, n)) * 2 + rng.normal(size=n)
    return (X, real, rng.normal(size=n), rng.uniform(0.5, 2, size=n), float(rng.uniform(0.1, 0.4)),
            float(rng.uniform(0.2, 0.6)))


def two_real_rows(rng):
    X, real, *rest = inputs(rng)
    real[:] = 0
    real[[0, 2]] = 1
    return X, real, *rest


def no_padding(rng):
    X, real, *rest = inputs(rng)
    return X, np.ones_like(real), *rest


def unit_without_spread(rng):
    X, *rest = inputs(rng)
    X[:, 0] = 0.5
    return X, *rest


def unbiased(v, k):
    return v * k / (k - 1)


def real_rows(X, real):
    return X[real == 1]


def spread(v, eps):
    return np.sqrt(v + eps)


def mixed(kept, now, share):
    return kept + share * (now - kept)


def changed(*, chosen=real_rows, used=lambda m, v, k, *running: (m, v), root=spread, shown=0,
            remembered=lambda v, k, eps: unbiased(v, k), mix=mixed):
    """The pass with one thing done otherwise.

    ``used`` gives mean and variance that Z is made with; ``shown`` is 1 to show padding as well.
    """
    def answer(X, real, mean, variance, momentum, eps):
        R = chosen(X, real)
        m, v, k = R.mean(axis=0), R.var(axis=0), len(R)
        after = mix(mean, m, momentum), mix(variance, remembered(v, k, eps), momentum)
        at, var = used(m, v, k, mean, variance, *after)
        Z = (X - at) / root(var, eps)
        return np.where(real[:, None] + shown > 0, Z, 0), *after

    return answer


def zeros_for_padding(X, real):
    return X * real[:, None]


def all_of_them(X, real):
    return X


def only_for(which, **options):
    """The right pass, with one of its three results from a changed one."""
    def answer(*args):
        right = list(padded_batch_statistics(*args))
        right[which] = changed(**options)(*args)[which]
        return tuple(right)

    return answer


def by_all_rows(X, real, mean, variance, momentum, eps):
    R, N = real_rows(X, real), len(X)
    Z, new, _ = padded_batch_statistics(X, real, mean, variance, momentum, eps)
    return Z, new, mixed(variance, R.var(axis=0) * N / (N - 1), momentum)


EXERCISE = Function(
    id="10.padded_batch_statistics",
    title="Batch normalisation with padding",
    section="10 §6",
    points=4,
    prompt=r"""
The last batch of an epoch is often too short. Some programs fill it up with rows that mean nothing, and say which rows
are *real*. Batch normalisation must not count the others.

Write the training pass. $X$ is $N\times n$; `real` is 1 for the $k \ge 2$ rows that count and 0 for padding. For each column, with the
mean $m_j$ and the mean squared deviation $v_j$ of the **real** rows,

$$z_{ij} = \frac{x_{ij}-m_j}{\sqrt{v_j+\varepsilon}} \;\text{ in real rows}, \qquad z_{ij} = 0 \;\text{ in the others.}$$

The running mean and variance go on by the share `momentum` ($\mu$): $\text{mean} \leftarrow \text{mean} + \mu\,(m -
\text{mean})$, and the variance by the same rule. What is remembered of the variance is, as in the chapter, the **unbiased**
one.

Return $Z$, the new running mean and the new running variance. Leave what you were given as it is.
""",
    reference=padded_batch_statistics,
    inputs=inputs,
    edges={"two real rows": two_real_rows, "no padding": no_padding,
           "a unit without spread": unit_without_spread},
    parts=("Z", "mean", "variance"),
    example="padded_batch_statistics(np.array([[1.0, 4.0], [3.0, 0.0], [9.0, 9.0], [2.0, 5.0]]),\n"
            "                        np.array([1, 1, 0, 1]), np.array([0.0, 1.0]),\n"
            "                        np.array([1.0, 2.0]), 0.25, 0.5)",
    misconceptions=(
        Misconception(
            "The running means and variances were used to normalise. In training it is the batch that normalises; they "
            "are for afterwards.", changed(used=lambda m, v, k, mean, var, *after: (mean, var))),
        Misconception(
            "The new running mean and variance were used to normalise. In training it is the batch that normalises; "
            "they are for afterwards.", changed(used=lambda m, v, k, mean, var, *after: after)),
        Misconception(
            "The running mean was used to normalise, with the variance of the batch. In training both come from the "
            "batch.", changed(used=lambda m, v, k, mean, var, *after: (mean, v))),
        Misconception(
            "The running variance was used to normalise, with the mean of the batch. In training both come from the "
            "batch.", changed(used=lambda m, v, k, mean, var, *after: (m, var))),
        Misconception(
            "Z was made with the unbiased variance. The batch is normalised by its own mean squared deviation, over k; "
            "only what is remembered is unbiased.", changed(used=lambda m, v, k, *rest: (m, unbiased(v, k)))),
        Misconception(
            "What is remembered of the variance is the biased one, over k. A batch measures its spread from its own "
            "mean, so it is too small on average.", changed(remembered=lambda v, k, eps: v)),
        Misconception(
            "Biased and unbiased variance are in each other's place: Z takes the one over k, the memory the one over "
            "k - 1.", changed(used=lambda m, v, k, *rest: (m, unbiased(v, k)), remembered=lambda v, k, eps: v)),
        Misconception(
            "Going from the biased variance to the unbiased one, the factor is upside down: it has to grow.",
            changed(remembered=lambda v, k, eps: v * (k - 1) / k)),
        Misconception(
            "The factor of the unbiased variance counts the padding: it is k over k - 1 with the number of real rows.",
            by_all_rows),
        Misconception(
            "The padding is counted in mean and variance.", changed(chosen=all_of_them)),
        Misconception(
            "The padding is counted in mean and variance, and shown in Z.", changed(chosen=all_of_them, shown=1)),
        Misconception(
            "The padding is counted as rows of zeros in mean and variance: the sums have to be divided by the number "
            "of real rows.", changed(chosen=zeros_for_padding)),
        Misconception(
            "In Z, the padding is counted in mean and variance; the running ones are right.",
            only_for(0, chosen=all_of_them)),
        Misconception(
            "The running mean counts the padding; the other parts are right.", only_for(1, chosen=all_of_them)),
        Misconception(
            "The running variance counts the padding; the other parts are right.",
            only_for(2, chosen=all_of_them)),
        Misconception(
            "The rows of Z that are padding are not 0.", changed(shown=1)),
        Misconception(
            "The statistics are those of the padding. 1 marks the rows that count.",
            changed(chosen=lambda X, real: X[real == 0])),
        Misconception(
            "The mean and variance are those of the rows 0 and 1: X[real] takes rows by their numbers. What you want is "
            "where real is 1.", changed(chosen=lambda X, real: X[real])),
        Misconception(
            "epsilon was added outside the root. It belongs to the variance, inside.",
            changed(root=lambda v, eps: np.sqrt(v) + eps)),
        Misconception(
            "epsilon is missing.", changed(root=lambda v, eps: np.sqrt(v))),
        Misconception(
            "The root is missing: Z was divided by the variance.", changed(root=lambda v, eps: v + eps)),
        Misconception(
            "Z was not divided by the spread.", changed(root=lambda v, eps: 1)),
        Misconception(
            "epsilon was counted into the variance that is remembered. It only guards the root.",
            changed(remembered=lambda v, k, eps: unbiased(v, k) + eps)),
        Misconception(
            "epsilon was counted into the variance that is remembered, and that is biased as well.",
            changed(remembered=lambda v, k, eps: v + eps)),
        Misconception(
            "What is remembered is the standard deviation. The variance is wanted.",
            changed(remembered=lambda v, k, eps: np.sqrt(unbiased(v, k)))),
        Misconception(
            "The share is on the wrong side: momentum is the share of the batch, not of what was kept.",
            changed(mix=lambda kept, now, share: mixed(kept, now, 1 - share))),
        Misconception(
            "The running ones were replaced by those of the batch.", changed(mix=lambda kept, now, share: now)),
        Misconception(
            "The running ones were not moved.", changed(mix=lambda kept, now, share: kept)),
        Misconception(
            "The batch was added to the running ones without taking the same share off.",
            changed(mix=lambda kept, now, share: kept + share * now)),
        Misconception(
            "The batch was added with its share, but the share of what was kept is the whole with a minus.",
            changed(mix=lambda kept, now, share: kept - share * (now - kept))),
        Misconception(
            "Running and batch were averaged half and half. The batch has the share momentum.",
            changed(mix=lambda kept, now, share: (kept + now) / 2)),
        Misconception(
            "The running ones were multiplied by 1 - momentum, and the batch added whole.",
            changed(mix=lambda kept, now, share: (1 - share) * kept + now)),
        Misconception(
            "Running mean and variance are in each other's place.",
            lambda *args: tuple(padded_batch_statistics(*args)[i] for i in (0, 2, 1))),
        Misconception(
            "The running variance was replaced by that of the batch; the running mean is right.",
            only_for(2, mix=lambda kept, now, share: now)),
        Misconception(
            "The running mean was replaced by that of the batch; the running variance is right.",
            only_for(1, mix=lambda kept, now, share: now)),
    ),
    hints=(
        "First take the real rows out and find mean and variance of them alone. Where is $N$ still needed?",
        "Two variances are in play. Which one divides, which one is remembered, and by which factor do they differ when "
        "$k$ rows count?",
        "$\\text{variance} \\leftarrow \\text{variance} + \\mu\\,\\big(\\tfrac{k}{k-1}v - \\text{variance}\\big)$.",
    ),
)
