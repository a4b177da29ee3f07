"""Curves: numbers over their places, and a graph with its secants."""

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
