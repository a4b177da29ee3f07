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


def show_flow(nodes, links, *, around=(), ax=None):
    """Graph of a part of a network: what it computes in blue, what comes back in orange.

    Parameters
    ----------
    nodes : dict of str to tuple
        For each name, in TeX without the dollar signs: the place (x, y), its shape in words,
        and, in TeX, how the slope of the loss there is made.
    links : sequence of (str, str, str)
        From which node to which, and what the arrow computes, in TeX.
    around : sequence of (str, str, float)
        Nodes that a second way leads between, over the others, and how high it is, as a share of
        its length.
    ax : matplotlib.axes.Axes, optional

    Raises
    ------
    ValueError
        If an arrow leads from or to a node that is not there.
    """
    ends = {name for start, end, *_ in [*links, *around] for name in (start, end)}
    if not ends <= set(nodes):
        raise ValueError(f"arrows lead to {sorted(ends - set(nodes))}; nodes are {list(nodes)}")
    places = [place for place, *_ in nodes.values()]
    xs, ys = zip(*places)
    ax = axes_or_new(ax, (1.75 * (max(xs) - min(xs) + 1), 1.45 * (max(ys) - min(ys) + 1)))
    for name, ((x, y), shape, slope) in nodes.items():
        box = {"boxstyle": "round,pad=0.3", "facecolor": "w", "edgecolor": "k"}
        ax.text(x, y, f"${name}$", ha="center", va="center", fontsize=12, bbox=box, zorder=3)
        ax.text(x, y - 0.2, shape, ha="center", va="top", fontsize=8, color=CYCLE[0], zorder=3)
        ax.text(x, y - 0.33, f"${slope}$", ha="center", va="top", fontsize=9.5, color=CYCLE[1],
                zorder=3)
    for start, end, label in links:
        _both_ways(ax, nodes[start][0], nodes[end][0], label)
    for start, end, height in around:
        _both_ways(ax, nodes[start][0], nodes[end][0], "", bend=-2 * height)
    ax.set(xlim=(min(xs) - 0.5, max(xs) + 0.5), ylim=(min(ys) - 0.6, max(ys) + 0.75))
    ax.axis("off")
    return ax


def _both_ways(ax, start, end, label, bend=0.0):
    """An arrow there and one back, a little beside each other, and words above their middle."""
    for (a, b), colour, side in zip(((start, end), (end, start)), CYCLE, (0.04, -0.04)):
        curve = f"arc3,rad={bend if colour == CYCLE[0] else -bend}"
        ax.annotate("", (b[0], b[1] + side), (a[0], a[1] + side), arrowprops={
            "arrowstyle": "-|>", "color": colour, "shrinkA": 17, "shrinkB": 17,
            "connectionstyle": curve})
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 0.09
    ax.text(*middle, f"${label}$" if label else "", ha="center", va="bottom", color=CYCLE[0],
            fontsize=9)
