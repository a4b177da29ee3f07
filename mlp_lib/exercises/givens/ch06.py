"""Numbers for chapter 06."""

import numpy as np

EPOCHS, DIGITS = (5, 8, 10, 12, 15, 20), 60_000
GAP = 0.02  # relative; what the right and the wrong ways give is at least as far apart


def blank_pixel_weights(rng):
    """Settings of a training under which a third to four fifths of such a weight fade."""
    while True:
        rate, momentum = int(rng.integers(1, 10)) / 20, int(rng.choice([80, 85, 90, 95])) / 100
        penalty, epochs = int(rng.integers(2, 40)) * 1e-6, int(rng.choice(EPOCHS))
        batch = int(rng.choice([40, 50, 60, 75, 100, 120]))
        pull = 2 * penalty * rate / (1 - momentum) * epochs * DIGITS / batch
        parts = 1, 1 / 2, 1 - momentum**2, (1 - momentum) / 2, 1 / epochs, batch / DIGITS
        without = 1 - momentum, momentum * (1 - momentum)  # two ways to one mistake
        if 0.45 < pull < 1.6 and all(apart(pull, [*parts, part]) for part in without):
            return {"penalty": penalty, "rate": rate, "momentum": momentum, "epochs": epochs,
                    "digits": DIGITS, "batch": batch}


def apart(pull, parts):
    """Whether the shares that parts of the pull leave, and two other wrong ones, all differ."""
    shares = np.sort([*np.exp(-pull * np.array(parts)), 1 - np.exp(-pull), 1 - pull])
    return (np.diff(shares) > GAP * np.abs(shares[1:])).all()


GIVENS = {"06.blank_pixel_weights": blank_pixel_weights}
