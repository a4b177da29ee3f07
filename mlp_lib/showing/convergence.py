"""Numbers that shrink with a step, and the power with which they do."""

import numpy as np

from mlp_lib import calculus
from mlp_lib.showing.tables import Shown


def order(title, steps, errors, wanted, *, within=0.1):
    """Show errors beside the steps that they belong to, and their order.

    Parameters
    ----------
    title : str
        What the errors are left by.
    steps, errors : (K,) array_like of positive float, K at least 2
    wanted : float
        Power of the step with which the errors shrink.
    within : float
        How far the measured power may lie from it.

    Returns
    -------
    Shown
        A column for each step.

    Raises
    ------
    AssertionError
        If the measured power is another.
    ValueError
        If the errors are not as many as the steps, or not positive.
    """
    steps, errors = np.asarray(steps, dtype=float), np.asarray(errors, dtype=float)
    if steps.ndim != 1 or steps.shape != errors.shape or len(steps) < 2:
        raise ValueError(f"{title}: as many errors as steps were wanted, two at least; "
                         f"got {errors.shape} and {steps.shape}")
    if not (np.all(steps > 0) and np.all(errors > 0)):
        raise ValueError(f"{title}: steps and errors above 0 were wanted")
    power = float(np.polyfit(np.log(steps), np.log(errors), 1)[0])
    if not abs(power - wanted) <= within:
        raise AssertionError(f"{title}: order {power:.2f}, wanted {wanted:g}")
    rows = [[f"{value:.1e}" for value in values] for values in (steps, errors)]
    return Shown(True, title, f"order {power:.1f}",
                 (("step, and below it what is left", rows),))


def remainder(title, f, X, dX, linear, *, steps=(1e-2, 1e-3, 1e-4), wrong=False):
    """Show what a claimed differential leaves over, and how fast that shrinks.

    Parameters
    ----------
    title : str
        The claim.
    f, X, dX, linear, steps
        As `mlp_lib.calculus.remainder_order` takes them, which judges.
    wrong : bool
        Whether the claim is a misprint: then what it leaves shrinks only with the step itself.

    Returns
    -------
    Shown
        Marked ✓ for order 2 or more, or where nothing is left; ✗ for a misprint.

    Raises
    ------
    AssertionError
        If the order is another than the one that is said.
    """
    power = calculus.remainder_order(f, X, dX, linear, steps=steps)
    if wrong and not 0.85 <= power <= 1.15:
        raise AssertionError(f"{title}: order {power:.2f}, and 1 was said: it is no misprint")
    if not wrong and power < 1.85:
        raise AssertionError(f"{title}: order {power:.2f}, wanted 2 or more")
    if np.isinf(power):
        return Shown(True, title, "nothing is left over")
    left = calculus.remainders(f, X, dX, linear, np.asarray(steps, dtype=float))
    rows = [[f"{value:.1e}" for value in values] for values in (steps, left)]
    words = f"order {power:.1f}" + ", so a linear part is missing" * wrong
    return Shown(not wrong, title, words, (("step, and below it what is left", rows),))
