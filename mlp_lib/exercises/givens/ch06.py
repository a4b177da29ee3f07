"""Numbers for chapter 06."""

import numpy as np

DIGITS, BATCHES = 60_000, (24, 30, 32, 40, 48, 50, 60, 75, 80, 100, 120)
FORECAST = 0.57  # of the chapter, for its own settings
NEAR, GAP = 0.003, 0.03  # relative; right ways are that near to each other, wrong ones that far


def blank_pixel_weights(rng):
    """Settings of a training under which a third to four fifths of such a weight fade."""
    while True:
        rate, momentum = int(rng.integers(5, 46)) / 100, int(rng.integers(70, 90)) / 100
        penalty, epochs = int(rng.integers(2, 40)) / 1e6, int(rng.integers(8, 31))
        batch = int(rng.choice(BATCHES))
        steps = epochs * DIGITS // batch
        pull = 2 * penalty * rate / (1 - momentum) * steps
        start = momentum / (1 - momentum) * pull * max(pull, 1)  # in steps, until momentum is full
        if (0.45 < pull < 1.6 and start < NEAR * steps
                and apart(pull, rate, momentum, epochs, steps)):
            return {"penalty": penalty, "rate": rate, "momentum": momentum, "epochs": epochs,
                    "digits": DIGITS, "batch": batch}


def apart(pull, rate, momentum, epochs, steps):
    """Whether the shares that parts and multiples of the pull leave, and others, all differ."""
    left = 1 - momentum
    parts = (1, 1 / 2, 2, left, left / 2, momentum * left, left * (1 + momentum), 10 * left,
             1 / left, 1 / rate, 1 / epochs, epochs / steps)
    shares = np.sort([*np.exp(-pull * np.array(parts)), np.exp(pull), 1 - np.exp(-pull), 1 - pull,
                      FORECAST])
    return (np.diff(shares) > GAP * np.abs(shares[1:])).all()


GIVENS = {"06.blank_pixel_weights": blank_pixel_weights}
