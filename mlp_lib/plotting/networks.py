"""Networks drawn as layers and as graphs of operations."""

import itertools

from mlp_lib.plotting.base import CYCLE, axes_or_new


def show_layers(sizes, names=(), *, ax=None):
    """A network as it is usually drawn: a circle a unit, a line a weight.

    ``sizes`` holds the units of the input, of each hidden layer and of the output;
    ``names`` their labels, written below.
    """
    if not len(sizes) or min(sizes) < 1:
        raise ValueError(f"need one unit or more in each layer; got {sizes}")
    ax = axes_or_new(ax, (1.3 * len(sizes), 2.6))
    places = [[(x, (n - 1) / 2 - i) for i in range(n)] for x, n in enumerate(sizes)]
    for x in range(len(sizes) - 1):
        for ends in itertools.product(places[x], places[x + 1]):
            ax.plot(*zip(*ends), color="0.6", linewidth=0.7, zorder=1)
    for x, units in enumerate(places):
        ax.scatter(*zip(*units), s=130, color="w" if x == 0 else CYCLE[0], edgecolor="k", zorder=2)
    for x, name in enumerate(names):
        ax.text(x, -max(sizes) / 2 - 0.3, name, ha="center", va="top", fontsize=9)
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-max(sizes) / 2 - 1, max(sizes) / 2))
    ax.axis("off")
    return ax


def show_graph(nodes, forward, backward, parameters=None, *, ax=None):
    """Computation graph of a chain: values go to the right, slopes of the loss to the left.

    Parameters
    ----------
    nodes : sequence of K str
        Names of the values, in TeX without the dollar signs.
    forward, backward : sequences of K - 1 str
        What each arrow computes; by what it multiplies the slope on the way back.
    parameters : dict of int to pair of str, optional
        What enters node k from above, and the slopes of the loss that go back into it.
    ax : matplotlib.axes.Axes, optional

    Raises
    ------
    ValueError
        If the arrows are not one fewer than the nodes.
    """
    if not len(forward) == len(backward) == len(nodes) - 1:
        raise ValueError(f"need {len(nodes) - 1} arrows each way between {len(nodes)} nodes; "
                         f"got {len(forward)} and {len(backward)}")
    ax = axes_or_new(ax, (1.6 * len(nodes), 2.2))
    box = {"boxstyle": "circle,pad=0.35", "facecolor": "w", "edgecolor": "k"}
    for k, name in enumerate(nodes):
        ax.text(k, 0, f"${name}$", ha="center", va="center", fontsize=13, bbox=box)
    for k, labels in enumerate(zip(forward, backward)):
        for label, side, colour in zip(labels, (1, -1), CYCLE):
            ends = (k + 0.5 - 0.32 * side, 0.13 * side), (k + 0.5 + 0.32 * side, 0.13 * side)
            ax.annotate("", ends[1], ends[0], arrowprops={"arrowstyle": "-|>", "color": colour})
            ax.text(k + 0.5, 0.2 * side, f"${label}$", ha="center", color=colour, fontsize=11,
                    va="bottom" if side > 0 else "top")
    for k, (name, slopes) in (parameters or {}).items():
        for x, (start, end), colour in zip((k - 0.07, k + 0.07), ((0.72, 0.3), (0.3, 0.72)), CYCLE):
            ax.annotate("", (x, end), (x, start), arrowprops={"arrowstyle": "-|>", "color": colour})
        ax.text(k, 0.75, f"${name}$", ha="center", va="bottom", color=CYCLE[0], fontsize=12)
        ax.text(k + 0.13, 0.5, f"${slopes}$", ha="left", va="center", color=CYCLE[1], fontsize=12)
    ax.set(xlim=(-0.4, len(nodes) - 0.6), ylim=(-0.55, 1.05))
    ax.axis("off")
    return ax
