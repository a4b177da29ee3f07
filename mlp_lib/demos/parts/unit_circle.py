"""What demos of 2 x 2 matrices share: the unit circle, axes as wide as high, named arrows."""

import numpy as np
from matplotlib.patches import FancyArrowPatch

ANGLES = np.linspace(0, 2 * np.pi, 181)
CIRCLE = np.array([np.cos(ANGLES), np.sin(ANGLES)])


def square(ax, reach):
    """The axes from ``-reach`` to ``reach`` both ways, with lines through the origin."""
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal",
           xlabel="$x_1$", ylabel="$x_2$")
    ax.axhline(0, color="0.9", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.9", linewidth=0.8, zorder=0)
    return ax


def arrow(ax, colour):
    """An arrow from the origin, for `point`."""
    return ax.add_patch(FancyArrowPatch((0, 0), (1, 0), arrowstyle="-|>", mutation_scale=15,
                                        linewidth=2.2, shrinkA=0, shrinkB=0, color=colour))


def label(ax, name, colour):
    """The name of an arrow, in TeX without the dollar signs."""
    return ax.text(0, 0, f"${name}$", color=colour, size=12, ha="center", va="center")


def point(arrow, label, tip, beyond):
    """Let an arrow end at ``tip`` (2,); its label stands so far ``beyond`` it."""
    arrow.set_positions((0, 0), tip)
    label.set_position(tip + beyond * tip / max(np.linalg.norm(tip), 1e-9))
