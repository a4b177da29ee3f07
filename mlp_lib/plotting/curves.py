"""Curves: numbers over their places, a graph with its secants, densities with a judge."""

import numpy as np

from mlp_lib.plotting.base import CYCLE, axes_or_new


def show_curves(curves, *, x=None, ax=None, xlabel="epoch", ylabel="loss", log=False):
    """Lines of the sequences in ``curves``, a dict from label to numbers.

    ``x`` holds their common abscissae, numbers or words; by default 1, 2, ...
    """
    ax = axes_or_new(ax)
    styles = ("-", "--", "-.", ":")
    for number, (label, values) in enumerate(curves.items()):
        ax.plot(
            range(1, len(values) + 1) if x is None else x, values, label=label,
            marker="." if len(values) < 40 else None,
            color=CYCLE[number % len(CYCLE)], linestyle=styles[number % len(styles)],
        )
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.legend(frameon=False)
    return ax


def show_secants(f, a, steps, slope, *, x, ax=None):
    """Graph of ``f`` over the numbers ``x``, secants from ``a`` to ``a + h``, and the tangent.

    ``steps`` holds the ``h``; ``slope`` is the slope of the tangent at ``a``.
    """
    ax, x = axes_or_new(ax), np.asarray(x)
    ax.plot(x, f(x), color="k", label="$f$")
    for number, h in enumerate(steps):
        rise = (f(a + h) - f(a)) / h
        colour = CYCLE[number % len(CYCLE)]
        ax.axline((a, f(a)), slope=rise, color=colour, linestyle="--",
                  label=f"$h={h:g}$: slope {rise:g}")
        ax.plot(a + h, f(a + h), "o", color=colour)
    ax.axline((a, f(a)), slope=slope, color="k", linewidth=2.5, alpha=0.5,
              label=f"tangent: slope {slope:g}")
    ax.plot(a, f(a), "ok")
    ax.set(xlabel="$x$", ylabel="$f(x)$", xlim=(x.min(), x.max()))
    ax.legend(frameon=False, fontsize=8)
    return ax


def show_densities(x, real, made, says, *, ax=None):
    """The densities of real and of made numbers over ``x``, and what discriminators say there.

    ``says`` is a dict from a label to the probabilities of being real, drawn on the axis of 0 to 1
    at the right. All arrays have the shape of ``x``. Returns the axes of the densities.
    """
    ax = axes_or_new(ax)
    for values, label, colour, hatch in zip((real, made), ("real", "made"), CYCLE, ("", "//")):
        ax.fill_between(x, values, color=colour, alpha=0.35, linewidth=0, hatch=hatch, label=label)
    right = ax.twinx()
    for number, (label, values) in enumerate(says.items()):
        right.plot(x, values, label=label, color=("k", CYCLE[2])[number % 2],
                   linestyle=("--", "-")[number % 2])
    ax.set(xlabel="$x$", ylabel="density", ylim=(0, None), xlim=(x[0], x[-1]))
    right.set(ylabel="probability of being real", ylim=(0, 1.05))
    return ax
