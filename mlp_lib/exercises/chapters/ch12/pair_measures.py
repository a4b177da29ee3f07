"""What a generator of the project reached, and what tells its mistakes apart."""

from typing import NamedTuple

import numpy as np

from mlp_lib.exercises.compare import as_array

PLACES, SAMPLES, NUMBERS, LAYERS = 6, 3000, 100_000, 8
NEAR = 4  # spreads of a heap within which a sample belongs to it


class Heaps(NamedTuple):
    """What the judge knows of the project's points.

    Attributes
    ----------
    centres : (6, 2) ndarray
    spread : float
        Standard deviation of each coordinate in a heap.
    """

    centres: np.ndarray
    spread: float


def layers_of(value):
    """Pairs of weights and biases in float64; ValueError in words for what is no generator."""
    if not isinstance(value, list | tuple) or len(value) < 2 or len(value) % 2:
        raise ValueError("A list W1, b1, W2, b2, ... of arrays was wanted, as many W as b.")
    arrays = [as_array(part) for part in value]
    if any(array is None or array.dtype.kind not in "fiu" for array in arrays):
        raise ValueError("Each member of the list needs to be an array of numbers.")
    if sum(array.size for array in arrays) > NUMBERS or len(arrays) > 2 * LAYERS:
        raise ValueError(f"At most {LAYERS} layers and {NUMBERS:,} numbers in all are allowed.")
    pairs = [(W.astype(float), b.astype(float).ravel()) for W, b in zip(arrays[::2], arrays[1::2])]
    width = pairs[0][0].shape[0] if pairs[0][0].ndim == 2 else 0
    for k, (W, b) in enumerate(pairs, 1):
        if W.ndim != 2 or W.shape[0] != width or b.shape != W.shape[1:]:
            raise ValueError(f"W{k} needs to be ({width}, n) and b{k} (n,); got {W.shape}, {b.shape}.")
        width = W.shape[1]
    if width != 2:
        raise ValueError(f"The last W needs 2 columns, a point of the plane; got {width}.")
    return pairs


def made_by(pairs):
    """Points (3000, 2) that the generator makes of normal noise, tanh between its layers."""
    values = np.random.default_rng(0).normal(size=(SAMPLES, len(pairs[0][0])))
    for k, (W, b) in enumerate(pairs):
        values = values @ W + b
        values = values if k == len(pairs) - 1 else np.tanh(values)
    return values


def measure(case, value):
    """What the project's goals and symptoms are about: a dict of numbers."""
    with np.errstate(all="ignore"):
        made = made_by(layers_of(value))
    heaps = case.truth
    if not np.isfinite(made).all():
        return dict.fromkeys(("near", "least", "heaps", "spread", "middle", "away", "start"), 0.0
                             ) | {"finite": False}
    gaps = np.linalg.norm(made[:, None] - heaps.centres, axis=2)
    near = gaps.min(axis=1) < NEAR * heaps.spread
    shares = np.bincount(gaps.argmin(axis=1)[near], minlength=PLACES) / SAMPLES
    middle = heaps.centres.mean(axis=0)
    radius = np.linalg.norm(heaps.centres - middle, axis=1).mean()
    far = np.linalg.norm(made - middle, axis=1)
    return {
        "near": float(near.mean()), "least": float(shares.min()), "finite": True,
        "heaps": int(np.sum(shares >= 0.02)), "spread": float(made.std(axis=0).max() / radius),
        "middle": float(np.median(far) / radius), "away": float(np.mean(far > 1.5 * radius)),
        "start": float(np.linalg.norm(made.mean(axis=0)) / radius),
    }
